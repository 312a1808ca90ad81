"""Typed objects from lxml elements, by one generated function per declared class.

A walker is an if-chain over the children it expects, in schema order; whatever it does not expect goes to
``Reading``. This is the general path, sound for every document; a faster one may stand in front of ``read_noun`` and
must mean the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cimbus.codecs.lexical import READERS, Inexact
from cimbus.codecs.memo import Memo
from cimbus.model import ClassSpec, FieldSpec, Foreign, Noun, find_noun, only_attribute, per_class, spec_of

from .elements import to_element
from .reading import Reading
from .source import Node, local_name, namespace

Walker = Callable[[Node, Reading, str], Any]
"""(element, reading, ``"{uri}"`` of its children) -> object"""

_PREFIX_LIMIT: Final = 64


def read_any(node: Node, reading: Reading) -> Any:
    """Read a noun: typed where it is registered, an ``Element`` where it is not."""
    uri = namespace(node)
    entry = find_noun(local_name(node), uri)
    return to_element(node) if entry is None else read_noun(node, reading, entry)


def read_noun(node: Node, reading: Reading, entry: Noun) -> Any:
    """Read a registered noun."""
    uri = namespace(node)
    if uri != entry.namespace:
        reading.note_once(node, uri, f"{entry.name} in namespace {uri!r}: read as {entry.namespace!r}")
    if reading.strict:
        reading.mixed(node)
    return walker(entry.cls)(node, reading, f"{{{uri}}}" if uri else "")


class Known(dict[str, dict[str, str]]):
    """For the namespace of a document: full tag -> name of the child. Bounded, since peers choose namespaces."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names

    def __missing__(self, prefix: str) -> dict[str, str]:
        if len(self) >= _PREFIX_LIMIT:
            self.clear()
        found = self[prefix] = {prefix + name: name for name in self._names}
        return found


@per_class
def walker(cls: type[Any]) -> Walker:
    """Return the generated walker of a class."""
    spec = spec_of(cls)
    scope: dict[str, Any] = {
        "CLS": cls,
        "SPEC": spec,
        "KNOWN": Known(tuple(f.xml for f in spec.elements)),
        "Foreign": Foreign,
        "Inexact": Inexact,
        "ATTRIBUTES": tuple(f.xml for f in spec.attributes),
        "read_any": read_any,
    }
    for index, field in enumerate(spec.fields):
        if field.kind == "class":
            scope[f"walk{index}"] = _later(scope, f"walk{index}", field.type)
            if (only := only_attribute(field)) is not None:
                scope[f"made{index}"] = Memo(_with_attribute(field.type, only.name))
        elif field.kind == "enum":
            scope[f"read{index}"] = Memo(_member(field.type))
        elif field.kind in READERS:
            read = READERS[field.kind]
            scope[f"read{index}"] = read if isinstance(read, Memo) else Memo(read)
    exec(compile(_source(spec), f"<walker of {cls.__name__}>", "exec"), scope)  # noqa: S102  # generated above, from classes
    made: Walker = scope["walk"]
    return made


def _later(scope: dict[str, Any], name: str, cls: Any) -> Walker:
    """Return a walker that is generated when first needed (classes may contain one another), and then replaced."""

    def walk(node: Node, reading: Reading, prefix: str) -> Any:
        made = scope[name] = walker(cls)
        return made(node, reading, prefix)

    return walk


def _with_attribute(cls: Any, name: str) -> Callable[[str], Any]:
    """Return a function that makes an object of one attribute; the objects are frozen, so they can be shared."""
    return lambda text: cls(**{name: text})


def _member(cls: Any) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        value = cls(text)
        if not value.known:
            stripped = cls(text.strip())
            raise Inexact(stripped, f"{text!r} is not a {cls.__name__} that the standard lists")
        return value

    return read


def _source(spec: ClassSpec) -> str:
    """Write the walker of a class."""
    lines = ["def walk(el, r, p):", "    known = KNOWN[p]", "    pos = 0", "    strays = extra = None"]
    lines += [f"    v{i} = {'[]' if f.many else 'None'}" for i, f in enumerate(spec.fields)]
    lines += _own_attributes(spec)
    if spec.text is None:
        lines += ["    x = el.text", "    if x is not None and not x.isspace(): r.mixed(el)"]
    lines += [
        "    for c in el:",
        "        t = known.get(c.tag)",
        "        if t is None:",
        "            t = r.odd(c, SPEC)",
    ]
    for index, field in enumerate(spec.fields):
        lines += _branch(index, field)
    lines += ["        if t == '':", "            strays = r.stray(c, strays, SPEC, pos)"]
    for index, field in enumerate(spec.fields):
        if field.required and field.place != "text":
            lines.append(
                f"    if {f'not v{index}' if field.many else f'v{index} is None'}: r.missing(el, {field.xml!r})"
            )
    if spec.choice:
        chosen = " + ".join(f"(v{i} is not None)" for i, f in enumerate(spec.fields) if f.xml in spec.choice)
        lines.append(
            f"    if {chosen} > 1: r.note(el, {'only one of ' + ', '.join(spec.choice) + ' may be present'!r})"
        )
    lines += [
        "    foreign = None",
        "    if strays is not None or extra is not None:",
        "        foreign = Foreign(elements=tuple(strays or ()), attributes=extra or {})",
    ]
    arguments = ", ".join(f"{f.name}={f'tuple(v{i})' if f.frozen else f'v{i}'}" for i, f in enumerate(spec.fields))
    lines.append(f"    return CLS({arguments}{', ' if arguments else ''}foreign=foreign)")
    return "\n".join(lines) + "\n"


def _own_attributes(spec: ClassSpec) -> list[str]:
    lines = ["    keys = el.keys()", "    if keys:"]
    for index, field in enumerate(spec.fields):
        if field.place == "attribute":
            lines.append(f"        v{index} = el.get({field.xml!r})")
    present = " + ".join(f"(v{i} is not None)" for i, f in enumerate(spec.fields) if f.place == "attribute") or "0"
    lines.append(f"        if len(keys) != {present}: extra = r.attributes(el, ATTRIBUTES, extra)")
    for index, field in enumerate(spec.fields):
        if field.place == "text":
            lines.append(f"    v{index} = el.text or ''")
    return lines


def _branch(index: int, field: FieldSpec) -> list[str]:
    """Write what happens at one child: place in the order, value, keeping."""
    mark = "*" if field.kind == "any" else field.xml if field.place == "element" else f"@{field.xml}"
    lines = [f"        if t == {mark!r}:"]
    if field.place != "element":
        return [*lines, f"            v{index} = c.text or ''", "            continue"]
    if field.many:
        lines += [
            f"            if pos > {index + 1}: r.late(c, repeated=False)",
            f"            else: pos = {index + 1}",
        ]
    else:
        lines += [
            f"            if pos > {index}:",
            f"                if r.late(c, repeated=v{index} is not None):",
            "                    strays = r.stray(c, strays, SPEC, pos)",
            "                    continue",
            f"            else: pos = {index + 1}",
        ]
    keep = f"v{index}.append(x)" if field.many else f"v{index} = x"
    return [*lines, *(f"            {line}" for line in _value(index, field, keep)), "            continue"]


def _value(index: int, field: FieldSpec, keep: str) -> list[str]:
    if field.kind == "any":
        return ["x = read_any(c, r)", keep]
    if field.kind == "class":
        if (only := only_attribute(field)) is None:
            return [f"x = walk{index}(c, r, p)", keep]
        return [
            f"x = c.get({only.xml!r})",
            f"if x is None or len(c) or len(c.keys()) != 1 or c.text: x = walk{index}(c, r, p)",
            f"else: x = made{index}[x]",
            keep,
        ]
    lines = ["x = c.text", "if len(c) or c.keys():", "    x, extra = r.leaf(c, extra)", "    if x is None: continue"]
    if field.kind == "string":
        return [*lines, "if x is None: x = ''", keep]
    return [
        *lines,
        f"try: x = read{index}[x or '']",
        "except (ValueError, Inexact) as e:",
        "    x = r.inexact(c, e)",
        "    if x is None:",
        "        strays = r.stray(c, strays, SPEC, pos)",
        "        continue",
        keep,
    ]
