"""Simple types of a declaration as those of an XML Schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import quoteattr

from cimbus.interface.model import Facets, SimpleType

BUILTIN: Final = {
    "string": "xs:string",
    "dateTime": "xs:dateTime",
    "date": "xs:date",
    "time": "xs:time",
    "duration": "xs:duration",
    "decimal": "xs:decimal",
    "float": "xs:float",
    "integer": "xs:integer",
    "boolean": "xs:boolean",
}
"""By kind, its type."""
_FACETS: Final = {
    "min_length": "minLength",
    "max_length": "maxLength",
    "ge": "minInclusive",
    "le": "maxInclusive",
    "gt": "minExclusive",
    "lt": "maxExclusive",
    "total_digits": "totalDigits",
    "fraction_digits": "fractionDigits",
}


def simple_type_lines(part: SimpleType, base: str = "") -> Iterator[str]:
    """Yield the lines of a type without a name.

    Args:
        part: the type.
        base: the type that it restricts, in quotes; by default that of its kind.

    >>> print("".join(line.strip() for line in simple_type_lines(SimpleType(values=("on",)))))
    <xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="on"/></xs:restriction></xs:simpleType>
    """
    facets = part.facets
    yield "<xs:simpleType>"
    if facets.any_of:
        yield "  <xs:union>"
        yield from (f"    {line}" for each in facets.any_of for line in simple_type_lines(each))
        yield "  </xs:union>"
    else:
        of = f" base={base or quoteattr(BUILTIN[part.kind])}" if facets.items is None else ""
        yield f"  <xs:restriction{of}>"
        if facets.items is not None:
            yield from ("    <xs:simpleType>", "      <xs:list>")
            yield from (f"        {line}" for line in simple_type_lines(facets.items))
            yield from ("      </xs:list>", "    </xs:simpleType>")
        yield from (f"    {line}" for line in limits(facets))
        yield from (f"    <xs:enumeration value={quoteattr(each)}/>" for each in part.values)
        yield "  </xs:restriction>"
    yield "</xs:simpleType>"


def limits(facets: Facets) -> Iterator[str]:
    """Yield the facets of a restriction.

    >>> [*limits(Facets(ge="0"))]
    ['<xs:minInclusive value="0"/>']
    """
    for name, word in _FACETS.items():
        value = getattr(facets, name)
        if value is not None and value != getattr(Facets(), name):
            yield f"<xs:{word} value={quoteattr(str(value))}/>"
    pattern = schema_pattern(facets.pattern)
    if pattern:
        yield f"<xs:pattern value={quoteattr(pattern)}/>"


def schema_pattern(pattern: str) -> str:
    r"""Return a pattern of Python as one of XML Schema; empty if it has no counterpart there.

    >>> schema_pattern(r"(?:a|\$)[\w\-]+"), schema_pattern("(?=a)b")
    ('(a|$)[\\w_\\-]+', '')
    """
    made = pattern.replace("(?:", "(").replace("\\$", "$")
    if re.search(r"\(\?|\\[WZAbBuUx]|[*+?}][?+]|(?<!\\)[$^](?<!\[\^)", made.replace("|$", "|")):
        return ""
    return made.replace("\\w", "\\w_")
