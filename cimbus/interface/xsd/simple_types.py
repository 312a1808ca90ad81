"""Simple types of schemas: their kind, their facets, and enumerations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from cimbus.interface.model import NO_FACETS, Facets, SimpleType

from .documents import XS, Documents, Node
from .patterns import PatternError, python_pattern

_NC: Final = r"[^\W\d][\w.\-\u00b7]*"
"""A name without a colon (Namespaces in XML, production 4), as near as Python's classes come."""
_ZONE: Final = r"(?:Z|[+\-]\d\d:\d\d)?"
_TEXTS: Final[dict[str, str]] = {
    **dict.fromkeys(("string", "normalizedString", "token", "anyURI", "anySimpleType", "QName", "NOTATION"), ""),
    **dict.fromkeys(("NCName", "ID", "IDREF", "ENTITY"), _NC),
    "Name": rf"[:]?{_NC}(?::[\w.\-\u00b7]*)*",
    "NMTOKEN": r"[\w.\-:\u00b7]+",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "base64Binary": r"(?:[A-Za-z0-9+/] ?){0,}(?:= ?){0,2}",
    "hexBinary": r"(?:[0-9a-fA-F]{2})*",
    "gYear": rf"-?\d{{4,}}{_ZONE}",
    "gYearMonth": rf"-?\d{{4,}}-\d\d{_ZONE}",
    "gMonth": rf"--\d\d{_ZONE}",
    "gDay": rf"---\d\d{_ZONE}",
    "gMonthDay": rf"--\d\d-\d\d{_ZONE}",
}
"""Types that are texts here, with the pattern of their values (XML Schema part 2, 3.2 and 3.3)."""
_LISTS: Final = {"IDREFS": "IDREF", "NMTOKENS": "NMTOKEN", "ENTITIES": "ENTITY"}
"""Lists of XML Schema itself, by the type of their items."""
_KINDS: Final = {
    "dateTime": "dateTime",
    "date": "date",
    "time": "time",
    "duration": "duration",
    "decimal": "decimal",
    "float": "float",
    "double": "float",
    "boolean": "boolean",
    "integer": "integer",
}
_INTEGERS: Final[dict[str, tuple[str | None, str | None]]] = {
    "nonNegativeInteger": ("0", None),
    "positiveInteger": ("1", None),
    "nonPositiveInteger": (None, "0"),
    "negativeInteger": (None, "-1"),
    **{name: (str(-(2 ** (n - 1))), str(2 ** (n - 1) - 1)) for name, n in zip(
        ("long", "int", "short", "byte"), (64, 32, 16, 8), strict=True)},
    **{name: ("0", str(2**n - 1)) for name, n in zip(
        ("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"), (64, 32, 16, 8), strict=True)},
}  # fmt: skip
_BOUNDS: Final = {"minInclusive": "ge", "maxInclusive": "le", "minExclusive": "gt", "maxExclusive": "lt"}
_LENGTHS: Final = {"minLength": ("min_length",), "maxLength": ("max_length",), "length": ("min_length", "max_length")}
_DIGITS: Final = {"totalDigits": "total_digits", "fractionDigits": "fraction_digits"}
_NUMBERS: Final = ("decimal", "float", "integer")


class Simple(msgspec.Struct, frozen=True, kw_only=True):
    """A simple type: the kind of its values, the key of its enumeration (if it is one), its facets.

    ``base`` is the kind of the values that an enumeration lists.

    >>> Simple(kind="string").enum is None
    True
    """

    kind: str
    enum: tuple[str, ...] | None = None
    facets: Facets = NO_FACETS
    base: str = "string"


class SimpleTypes:
    """Finds out what simple types mean.

    Args:
        documents: the schemas.
        enumerate_as: called with (key, node, values) of each enumeration.

    >>> SimpleTypes(Documents([]), lambda key, node, values: None).builtin("int").facets.le
    '2147483647'
    """

    def __init__(
        self, documents: Documents, enumerate_as: Callable[[tuple[str, ...], Node, tuple[str, ...]], object]
    ) -> None:
        self._documents = documents
        self._enumerate = enumerate_as
        self._made: dict[Node, Simple] = {}
        self._values: dict[tuple[str, ...], tuple[str, ...]] = {}

    def builtin(self, name: str) -> Simple | None:
        """Return a type of XML Schema itself; None if it has no simple one of that name."""
        if name in _TEXTS:
            return Simple(kind="string", facets=Facets(pattern=_TEXTS[name]))
        if name in _INTEGERS:
            least, most = _INTEGERS[name]
            return Simple(kind="integer", facets=Facets(ge=least, le=most))
        if name in _LISTS:
            item = SimpleType(facets=Facets(pattern=_TEXTS[_LISTS[name]]))
            return Simple(kind="string", facets=Facets(items=item, min_length=1))
        return Simple(kind=_KINDS[name]) if name in _KINDS else None

    def named(self, node: Node, name: str) -> Simple | None:
        """Return the simple type that a QName means at a node; None if there is none."""
        uri, local = self._documents.resolve(node, name)
        if f"{{{uri}}}" == XS:
            return self.builtin(local)
        found = self._documents.find("simpleType", uri, local)
        return None if found is None else self.of(found, (uri, local))

    def of(self, node: Node, key: tuple[str, ...]) -> Simple:
        """Return what an xs:simpleType means.

        Args:
            node: the type.
            key: what its enumeration is to be known by.

        Raises:
            SchemaError: it is none that is known, or it contains itself.
        """
        if node in self._made:
            return self._made[node]
        self._made[node] = Simple(kind="string")  # of a type that contains itself, which no schema may
        kinds = ("restriction", "union", "list")
        child = next((each for each in node if str(each.tag).removeprefix(XS) in kinds), None)
        if child is None:
            self._documents.refuse(node, "a simple type without restriction, union or list")
        word = str(child.tag).removeprefix(XS)
        if word == "restriction":
            made = self.restricted(child, self._base(child, key), key)
        elif word == "union":
            made = self._union(child, key)
        else:
            made = Simple(kind="string", facets=Facets(items=self._as_part(self._item(child, key))))
        self._made[node] = made
        return made

    def _base(self, restriction: Node, key: tuple[str, ...]) -> Simple:
        name = restriction.get("base")
        if name is None:
            inside = restriction.find(f"{XS}simpleType")
            if inside is None:
                self._documents.refuse(restriction, "a restriction without a base")
            return self.of(inside, (*key, "base"))
        found = self.named(restriction, name)
        if found is None:
            self._documents.refuse(restriction, f"there is no simple type {name}")
        return found

    def restricted(self, node: Node, base: Simple, key: tuple[str, ...]) -> Simple:
        """Return what a restriction makes of a type."""
        values = tuple(dict.fromkeys(each.get("value", "") for each in node.iterchildren(f"{XS}enumeration")))
        if values:
            if node.find(f"{XS}pattern") is not None:
                self._documents.warn(node, "the pattern of an enumeration is not checked")
            return self._enumerated(key, node, values, base.base if base.kind == "enum" else base.kind)
        if base.kind == "enum":
            return base
        return Simple(kind=base.kind, facets=self._facets(node, base))

    def _facets(self, node: Node, base: Simple) -> Facets:
        found: dict[str, Any] = {}
        patterns: list[str] = []
        for child in node:
            word, value = str(child.tag).removeprefix(XS), child.get("value", "")
            if word == "pattern":
                patterns.append(self._pattern(child, value, base))
            elif word in _BOUNDS:
                if base.kind in _NUMBERS and value not in ("INF", "-INF", "NaN"):
                    found[_BOUNDS[word]] = value
                else:
                    self._documents.warn(child, f"the bound {value} of a {base.kind} is not checked")
            elif word in _LENGTHS:
                unit = _length_of(base)
                if unit:
                    found |= dict.fromkeys(_LENGTHS[word], int(value) * unit)
                else:
                    self._documents.warn(child, "the length is not checked: it is not one of characters")
            elif word in _DIGITS and base.kind in ("decimal", "integer"):
                found[_DIGITS[word]] = int(value)
        if patterns and all(patterns):
            made = patterns[0] if len(patterns) == 1 else "|".join(f"(?:{each})" for each in patterns)
            both = base.facets.pattern  # patterns of two steps both hold (part 2, 4.3.4.3)
            found["pattern"] = f"(?=(?:{both})\\Z)(?:{made})" if both else made
        return msgspec.structs.replace(base.facets, **found)

    def _pattern(self, node: Node, value: str, base: Simple) -> str:
        """Return a pattern in Python's syntax; empty if it cannot be checked."""
        if base.kind != "string":
            self._documents.warn(node, f"the pattern of a {base.kind} is not checked: it is read as a value")
            return ""
        try:
            return python_pattern(value)
        except PatternError as error:
            self._documents.warn(node, f"the pattern is not checked: {error}")
            return ""

    def _item(self, node: Node, key: tuple[str, ...]) -> Simple:
        """Return the type of a list's items."""
        inside = node.find(f"{XS}simpleType")
        name = node.get("itemType", "")
        found = self.of(inside, (*key, "item")) if inside is not None else self.named(node, name)
        if found is None:
            self._documents.refuse(node, f"a list of {name or 'nothing'}, which is no simple type")
        return found

    def _as_part(self, simple: Simple) -> SimpleType:
        """Return a type as one of a union or of a list."""
        if simple.enum is None:
            return SimpleType(kind=simple.kind, facets=simple.facets)
        return SimpleType(kind=simple.base, values=self._values.get(simple.enum, ()))

    def _union(self, node: Node, key: tuple[str, ...]) -> Simple:
        """Return a union: one enumeration if all of it are such, numbers if all of it are, else a text."""
        names = node.get("memberTypes", "").split()
        members = [self.named(node, name) for name in names]
        members += [self.of(each, (*key, str(n))) for n, each in enumerate(node.iterchildren(f"{XS}simpleType"))]
        known = [each for each in members if each is not None]
        if len(known) != len(members):
            self._documents.refuse(node, "a union of a type that is not declared")
        if all(each.enum is not None for each in known):
            values: dict[str, None] = {}
            for each in known:
                values |= dict.fromkeys(self._values.get(each.enum or (), ()))
            bases = {each.base for each in known}
            return self._enumerated(key, node, tuple(values), bases.pop() if len(bases) == 1 else "string")
        kinds = {each.kind if each.enum is None else each.base for each in known}
        return union_of([self._as_part(each) for each in known], kinds.pop() if len(kinds) == 1 else "string")

    def _enumerated(self, key: tuple[str, ...], node: Node, values: tuple[str, ...], base: str) -> Simple:
        self._values[key] = values
        self._enumerate(key, node, values)
        return Simple(kind="enum", enum=key, base=base)


def _length_of(base: Simple) -> int:
    """Return how many characters (of a list: items) one is that a length counts; 0 if that is not fixed."""
    if base.kind != "string" or base.facets.pattern == _TEXTS["base64Binary"]:
        return 0
    return 2 if base.facets.pattern == _TEXTS["hexBinary"] else 1  # a length of hexBinary is one of octets (4.3.1)


def union_of(parts: list[SimpleType], kind: str) -> Simple:
    """Return a union of types: of the kind that all share, or a text; unlimited if one of them is.

    >>> byte = SimpleType(kind="integer", facets=Facets(ge="0", le="255"))
    >>> union_of([byte, SimpleType(kind="integer", values=("0", "1"))], "integer").facets.le
    '255'
    """
    for part in parts:
        if part.kind == kind and not part.values and all(_covers(part, each) for each in parts):
            return Simple(kind=kind, facets=part.facets)
    return Simple(kind=kind, facets=Facets(any_of=tuple(parts)))


def _covers(part: SimpleType, other: SimpleType) -> bool:
    """Return whether every text of the other type is known to be one of this type."""
    if other == part or part.facets == NO_FACETS:
        return True
    if other.values:
        return not any(part.refusal(each) for each in other.values)
    bounds = Facets(ge=part.facets.ge, le=part.facets.le)
    inside = [each for each in (other.facets.ge, other.facets.le) if each is not None]
    return part.facets == bounds and len(inside) == 2 and not any(map(part.refusal, inside))
