"""A noun's declaration as a page of documentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from cimbus.interface.model import Facets, FieldSpec, Noun, spec_of

from .reachable import classes_of, enums_of

_SOURCES: Final = {
    "schema": "a public copy of the profile, not an official release",
    "shape": "a public schema that was simplified or moved to another namespace",
    "sample": "messages alone; no schema is public",
    "derived": "classes of the CIM, by rules of our own; no profile is public",
    "": "its declaration",
}
_LISTED: Final = 40
"""Values of an enumeration that a page lists."""


def markdown_page(noun: Noun) -> str:
    """Return a page on a noun: its key, its children with types, cardinality and CIM attribute, where it is from.

    >>> from cimbus.interface.model import noun_of
    >>> from cimbus.nouns import MeterReadings
    >>> markdown_page(noun_of(MeterReadings)).splitlines()[0]
    '# MeterReadings'
    """
    return "\n".join(_lines(noun)) + "\n"


def _lines(noun: Noun) -> Iterator[str]:
    yield f"# {noun.name}"
    yield ""
    yield f"Generated from `{noun.cls.__module__}.{noun.cls.__name__}` (`cimbus schema {noun.name} --to markdown`)."
    yield ""
    yield from ["| | |", "|---|---|"]
    yield f"| namespace | `{noun.namespace}` |"
    yield f"| Header.Noun | `{noun.header}`{', verb `get`' if noun.query else ''} |"
    yield f"| made from | {_SOURCES.get(noun.source, noun.source)} |"
    if noun.items:
        yield f"| items | `{noun.items}` |"
    if noun.about:
        yield f"| about | {', then '.join(f'`{path}`' if path else 'itself' for path in noun.about)} |"
    for name, cls in classes_of(noun.cls).items():
        yield from _class(name, cls)
    for name, enum in enums_of(noun.cls).items():
        values = [f"`{each.value}`" for each in enum]
        more = f" and {len(values) - _LISTED} more" if len(values) > _LISTED else ""
        yield from ["", f"## {name}", "", f"{', '.join(values[:_LISTED])}{more}"]


def _class(name: str, cls: type[Any]) -> Iterator[str]:
    spec = spec_of(cls)
    yield from ["", f"## {name}", ""]
    if spec.model_reference:
        yield from [f"CIM class `{spec.model_reference.rpartition('#')[2]}`.", ""]
    if not spec.fields:
        yield "No children."
        return
    cim = any(field.model_reference for field in spec.fields)
    yield "| child | | type |" + (" CIM |" if cim else "")
    yield "|---|---|---|" + ("---|" if cim else "")
    for field in spec.fields:
        mark = {"attribute": "@", "text": "text "}.get(field.place, "")
        row = f"| `{mark}{field.xml}` | {field.cardinality} | {_type(field)} |"
        yield row + (f" {field.model_reference.rpartition('#')[2]} |" if cim else "")
    for choice in spec.choices:
        words = ["one of" if choice.required else "at most one of", "any of"][choice.repeated]
        yield from ["", f"Choice: {words} {', '.join(f'`{child}`' for child in choice.names)}."]


def _type(field: FieldSpec) -> str:
    if field.type is not None:
        return f"[{field.type.__name__}](#{field.type.__name__.lower()})"
    facets = field.facets
    said = [f"{name} {_shown(getattr(facets, name))}" for name in Facets.__struct_fields__ if _tells(facets, name)]
    return field.kind + (f" ({', '.join(said)})".replace("|", "\\|") if said else "")


def _shown(value: object) -> str:
    return " or ".join(map(str, cast("tuple[object, ...]", value))) if isinstance(value, tuple) else str(value)


def _tells(facets: Facets, name: str) -> bool:
    return bool(getattr(facets, name) != getattr(Facets(), name))
