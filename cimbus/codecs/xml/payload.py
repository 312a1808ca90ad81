"""The payload area: nouns, an OperationSet, something compressed, IDs."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from cimbus.codecs.compression import unpack
from cimbus.codecs.lexical import SPACE
from cimbus.envelope import ID, NAMESPACE, OperationSet, PayloadArea
from cimbus.errors import DecodeError

from .reading import Reading, tolerated
from .source import Node, lower_name, namespace, parse, text_bytes
from .walker import read_any, walker

_OWN: Final = {"operationset": "OperationSet", "compressed": "Compressed", "id": "ID", "format": "Format"}


def read_payload(node: Node, reading: Reading) -> PayloadArea:
    """Read a payload area; a Compressed noun is opened.

    Raises:
        StrictError: strict reading, and something is not as the schema says.
        UnsafeError: something compressed, or escaped inside, exceeds the limits.
    """
    found: dict[str, Any] = {"items": [], "ids": []}
    for child in node:
        own = _own(child, node)
        if own == "OperationSet":
            found["operation_set"] = walker(OperationSet)(child, reading, _children(child))
        elif own == "ID":
            found["ids"].append(walker(ID)(child, reading, f"{{{namespace(child)}}}"))
        elif own:
            found[own.lower()] = child.text or ""
        else:
            found["items"].append(read_any(child, reading))
    if not len(node) and node.text and node.text.strip(SPACE):
        found["items"] += _escaped(node, node.text, reading)
    area = PayloadArea(
        items=tuple(found["items"]),
        operation_set=found.get("operation_set"),
        compressed=found.get("compressed"),
        ids=tuple(found["ids"]),
        format=found.get("format"),
    )
    return _opened(node, area, reading)


def read_query(node: Node | None, area: PayloadArea, reading: Reading) -> PayloadArea:
    """Add the query that stood in the request area."""
    if node is None:
        return area
    item = read_any(node, reading)
    if area.items:
        reading.note(node, "a query beside a payload: the payload comes first")
    return msgspec.structs.replace(area, items=(*area.items, item), in_request=not area.items)


def _own(child: Node, node: Node) -> str:
    """Return the standard name of a child of the payload area, empty for a noun."""
    name = _OWN.get(lower_name(child), "")
    return name if name and tolerated(namespace(child), namespace(node)) else ""


def _children(node: Node) -> str:
    uri = namespace(node[0]) if len(node) else NAMESPACE
    return f"{{{uri}}}" if uri else ""


def _escaped(node: Node, text: str, reading: Reading) -> list[Any]:
    """Read a payload that was put in as text (a CDATA section, or escaped)."""
    if not text.lstrip(SPACE).startswith("<"):
        reading.note(node, f"text where a noun belongs is dropped: {text.strip(SPACE)[:40]!r}")
        return []
    try:
        inside = parse(text_bytes(text), reading.limits)
    except DecodeError as error:
        if type(error) is not DecodeError:  # unsafe: not to be forgiven
            raise
        reading.note(node, f"text where a noun belongs is dropped: {error}")
        return []
    reading.note(node, "the payload is text that holds XML: read as that")
    return [read_any(inside, reading)]


def _opened(node: Node, area: PayloadArea, reading: Reading) -> PayloadArea:
    """Open Payload/Compressed if it holds a noun; else leave it as it is."""
    if area.compressed is None or area.items or (area.format or "XML").upper() not in ("XML", "RDF", "GZIP"):
        return area
    try:
        item = read_any(parse(unpack(area.compressed, reading.limits.max_inflated), reading.limits), reading)
    except DecodeError as error:
        if type(error) is not DecodeError:  # unsafe, or strict: not to be forgiven
            raise
        reading.note(node, f"{error}: kept as it is")
        return area
    return msgspec.structs.replace(area, items=(item,), compressed=None, packed=True)
