"""The schemas of a document as sections of a page: a table of children for each class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .page_parts import anchored, code, escape, link, name_of, table

Json = dict[str, Any]

_LISTED: Final = 40
"""Values of an enumeration that a page lists, as the pages on nouns do."""
_SAID_BY_THE_TABLE: Final = frozenset(("type", "$ref", "description", "items"))


def schema_sections(schemas: Json) -> Iterator[str]:
    """Yield a section for each schema."""
    yield "<h2>Schemas</h2>"
    for name, schema in schemas.items():
        text = f"<p>{escape(schema['description'])}</p>" if "description" in schema else ""
        if comment := schema.get("$comment"):
            text += f"<p>CIM class {code(comment.rpartition('#')[2])}</p>"
        yield anchored("schema", name, escape(name), text + _content(schema))


def _content(schema: Json) -> str:
    if "enum" in schema:
        values = schema["enum"]
        more = f" and {len(values) - _LISTED} more" if len(values) > _LISTED else ""
        return f"<p>{', '.join(map(code, values[:_LISTED]))}{more}</p>"
    required = schema.get("required", ())
    rows = [
        [code(child), _occurs(one, child in required), ": ".join(filter(None, (_type(one), _text(one))))]
        for child, one in schema.get("properties", {}).items()
    ]
    return table(["child", "", "type"], rows) if rows else "<p>No children.</p>"


def _occurs(schema: Json, required: bool) -> str:
    if schema.get("type") != "array":
        return f"{int(required)}..1"
    return f"{schema.get('minItems', 0)}..{schema.get('maxItems', '*')}"


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return link("schema", name_of(schema))
    if "items" in schema:
        return _type(schema["items"])
    kind = schema.get("type", "any")
    words = escape(kind if isinstance(kind, str) else " or ".join(kind))
    facets = [f"{key} {_plain(value)}" for key, value in schema.items() if key not in _SAID_BY_THE_TABLE]
    return words + (f" ({escape(', '.join(facets))})" if facets else "")


def _text(schema: Json) -> str:
    return escape(schema.get("description", ""))


def _plain(value: Any) -> str:
    """Return the value of a keyword."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownArgumentType]
