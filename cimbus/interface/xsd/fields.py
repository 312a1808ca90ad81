"""The lines of one class in a generated module: its header, its class variables, its fields."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

from cimbus.interface.model import NO_FACETS, Choice, Facets, SimpleType

from .description import ClassDescription, Description, Member
from .python_names import TYPES, field_name

WIDTH: Final = 120


def quoted(text: str) -> str:
    """Return a text as a literal in double quotes.

    >>> quoted("mg/l")
    '"mg/l"'
    """
    literal = json.dumps(text, ensure_ascii=False)
    return literal if text.isprintable() else ascii(text)


class Fields:
    """Writes the lines of classes.

    >>> name = ClassDescription(name="Name", members=(Member(name="name", kind="string", least=0),))
    >>> Fields(Description(classes=(name,))).lines(name)
    ['    name: str | None = None']
    """

    def __init__(self, description: Description) -> None:
        self._description = description
        self._by_name = {each.name: each for each in description.classes}

    def header(self, each: ClassDescription) -> list[str]:
        """Return the line ``class ...:``, with the names on the wire that Python cannot have."""
        base = each.base or "Cim"
        renamed = {made: member.name for member in each.members if (made := field_name(member.name)) != member.name}
        if not renamed:
            return [f"class {each.name}({base}):"]
        pairs = ", ".join(f"{quoted(made)}: {quoted(name)}" for made, name in renamed.items())
        line = f"class {each.name}({base}, rename={{{pairs}}}):"
        if len(line) <= WIDTH:
            return [line]
        inside = [f"        {quoted(made)}: {quoted(name)}," for made, name in renamed.items()]
        return [f"class {each.name}(", f"    {base},", "    rename={", *inside, "    },", "):"]

    def variables(self, each: ClassDescription) -> list[str]:
        """Return the lines of what is said of the class itself, and a blank one behind them."""
        lines = [*self._reference(each), *self._choices(each)]
        lines += [f"    xsi_type = {quoted(each.xsi_type)}"] * bool(each.xsi_type)
        lines += ["    abstract_type = True"] * each.abstract
        wildcard = self._wildcard(each)
        if wildcard is not None:
            lines.append(f"    wildcard = {quoted(wildcard)}")
        return [*lines, ""] if lines and each.members else lines

    def lines(self, each: ClassDescription) -> list[str]:
        """Return a line for each field."""
        names = {field_name(member.name) for member in self._description.members_of(each.name)}
        chosen = {name for choice in each.choices for name in choice.names}
        found: list[str] = []
        for member in each.members:
            found += self._field(member, names, optional=member.name in chosen)
        return found

    def _field(self, member: Member, names: set[str], *, optional: bool) -> list[str]:
        inner = TYPES.get(member.kind) or (f"_{member.type}" if member.type in names else member.type)
        absent = optional or member.least == 0
        said = _facets(member.facets)
        name = field_name(member.name)
        if member.place == "attribute":
            plain = inner == "str" and absent and not said
            kind = "Attribute" if plain else f"AttributeOf[{_annotated(inner, said, absent=absent)}]"
            return _assigned(name, kind, "None" if absent else "")
        if member.place == "text":
            plain = inner == "str" and not said
            kind = "Text" if plain else f"TextOf[{_annotated(inner, said, absent=inner != 'str')}]"
            return _assigned(name, kind, "")
        if not member.many:
            return _assigned(name, _annotated(inner, said, absent=absent), "None" if absent else "")
        kind = _annotated(inner, said, absent=False)
        least, most = 0 if absent else member.least, member.most
        if least <= 1 and most is None:
            return _assigned(name, f"{'AtLeastOne' if least else 'list'}[{kind}]", "" if least else "[]")
        bounds = [f"min_length={least}"] * bool(least) + [f"max_length={most}"] * (most is not None)
        return _assigned(name, f"Annotated[list[{kind}], Meta({', '.join(bounds)})]", "" if least else "[]")

    def _reference(self, each: ClassDescription) -> list[str]:
        """Return ``model_reference``: the CIM class, and the attributes that are not called as its fields are."""
        if not each.reference:
            return []
        base, _, cls = each.reference.rpartition("#")
        others: dict[str, str] = {}
        for member in self._description.members_of(each.name):
            home, _, attribute = member.reference.rpartition("#")
            if home not in ("", base):  # of another version of the CIM: no fact that can be told by its name
                attribute = ""
            if attribute != f"{cls}.{member.name}":
                others[member.name] = attribute
        if not others:
            return [f"    model_reference = ModelReference({quoted(each.reference)})"]
        pairs = [f"{quoted(name)}: {quoted(attribute)}" for name, attribute in others.items()]
        line = f"    model_reference = ModelReference({quoted(each.reference)}, {{{', '.join(pairs)}}})"
        if len(line) <= WIDTH:
            return [line]
        return [
            "    model_reference = ModelReference(",
            f"        {quoted(each.reference)},",
            "        {",
            *(f"            {pair}," for pair in pairs),
            "        },",
            "    )",
        ]

    def _choices(self, each: ClassDescription) -> list[str]:
        if not each.choices:
            return []
        above: list[Choice] = []
        base = each.base
        while base:
            above = [*self._by_name[base].choices, *above]
            base = self._by_name[base].base
        made = [_choice(one) for one in (*above, *each.choices)]
        line = f"    choices = ({', '.join(made)}{',' if len(made) == 1 else ''})"
        if len(line) <= WIDTH:
            return [line]
        lines = ["    choices = ("]
        for one, text in zip((*above, *each.choices), made, strict=True):
            whole = f"        {text},"
            lines += [whole] if len(whole) <= WIDTH else _long_choice(one)
        return [*lines, "    )"]

    def _wildcard(self, each: ClassDescription) -> str | None:
        """Return the place of the wildcard; that of a base ends where the base's children do."""
        if each.wildcard is not None or not each.base:
            return each.wildcard
        base = self._by_name[each.base]
        inherited = self._wildcard(base)
        if inherited != "" or not any(member.place == "element" for member in each.members):
            return None  # it is inherited as it is
        last = [member.name for member in self._description.members_of(base.name) if member.place == "element"]
        return last[-1] if last else None


def _assigned(name: str, kind: str, default: str) -> list[str]:
    line = f"    {name}: {kind}{f' = {default}' if default else ''}"
    start = f"    {name}: "
    if len(line) <= WIDTH or "[" not in kind:
        return [line]
    head, _, rest = kind.partition("[")
    inner = f"        {rest[:-1]}"
    if len(inner) > WIDTH and "facets(" in rest:
        return [f"{line}  # noqa: E501  # the facets of the schema"]
    return [f"{start}{head}[", inner, f"    ]{f' = {default}' if default else ''}"]


def _annotated(inner: str, said: str, *, absent: bool) -> str:
    kind = f"{inner} | None" if absent else inner
    return f"Annotated[{kind}, {said}]" if said else kind


def _facets(facets: Facets) -> str:
    """Return ``facets(...)``, empty if there are none."""
    return "" if facets == NO_FACETS else f"facets({', '.join(_arguments(facets))})"


def _simple_type(each: SimpleType) -> str:
    """Return ``simple_type(...)``."""
    parts = [quoted(each.kind), *map(quoted, each.values), *_arguments(each.facets)]
    return f"simple_type({', '.join(parts)})"


def _arguments(facets: Facets) -> list[str]:
    parts: list[str] = []
    for name in Facets.__struct_fields__:
        value = getattr(facets, name)
        if value == getattr(NO_FACETS, name):
            continue
        if name == "any_of":
            parts.append(f"any_of=({', '.join(map(_simple_type, facets.any_of))},)")
        elif isinstance(value, SimpleType):
            parts.append(f"{name}={_simple_type(value)}")
        elif name in ("ge", "le", "gt", "lt"):
            parts.append(f"{name}={_bound(value)}")
        elif name == "pattern":
            parts.append(f"pattern={_raw(value)}")
        elif isinstance(value, str):
            parts.append(f"{name}={quoted(value)}")
        else:
            parts.append(f"{name}={value!r}")
    return parts


def _bound(text: str) -> str:
    """Return a bound as an int where it is one, else as a text, which keeps its digits."""
    number = Decimal(text)
    return (
        str(int(number))
        if number == number.to_integral_value() and "." not in text and "e" not in text.lower()
        else quoted(text)
    )


def _raw(pattern: str) -> str:
    if "\\" not in pattern:
        return quoted(pattern)
    if '"' in pattern or "\n" in pattern or pattern.endswith("\\") or not pattern.isprintable():
        return ascii(pattern)
    return f'r"{pattern}"'


def _choice(each: Choice) -> str:
    return f"choice({', '.join(_alternatives(each))})"


def _long_choice(each: Choice) -> list[str]:
    return ["        choice(", *(f"            {part}," for part in _alternatives(each)), "        ),"]


def _alternatives(each: Choice) -> list[str]:
    parts = [
        quoted(names[0]) if len(names) == 1 else f"({', '.join(quoted(name) for name in names)})"
        for names in each.alternatives
    ]
    return parts + ["required=True"] * each.required + ["repeated=True"] * each.repeated
