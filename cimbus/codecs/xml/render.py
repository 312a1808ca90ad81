"""A ``Message`` as an XML document, exactly as Edition 1 wants it."""

from __future__ import annotations

from typing import Any, cast

from cimbus.codecs.compression import pack
from cimbus.element import Element
from cimbus.envelope import NAMESPACE, Header, PayloadArea, Reply, Request, Root
from cimbus.errors import EncodeError
from cimbus.message import Message
from cimbus.model import find_noun, noun_of

from .roots import per_noun_root
from .writer import escape, quote, write_any, writer

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def render(message: Message[Any], *, per_noun: bool = False) -> str:
    """Return a message as an XML document.

    Args:
        message: what to write.
        per_noun: write the strongly typed root (``CreatedEndDeviceEvents``) in place of the generic one.

    Raises:
        EncodeError: a value has no lexical form, or a mandatory one is missing.
    """
    root, prefix, declared = message.root.value, "", f" xmlns={quote(NAMESPACE)}"
    if per_noun:
        root, uri = _per_noun(message)
        prefix, declared = "m:", f" xmlns:m={quote(uri)}{declared}"
    parts: list[str] = []
    if message.root is not Root.fault:
        parts.append(writer(Header)(message.header, "Header"))
    area = message.payload_area
    if message.request_area is not None or (area.in_request and area.items):
        parts.append(_request(message.request_area or Request(), area))
    if message.reply_area is not None:
        parts.append(writer(Reply)(message.reply_area, "Reply"))
    payload = _payload(area, prefix)
    if payload is not None:
        parts.append(payload)
    if prefix:
        parts = [_prefixed(part, prefix) for part in parts]
    if message.foreign is not None:
        parts += [write_any(stray.element) for stray in message.foreign.elements]
    return f"{DECLARATION}<{prefix}{root}{declared}>{''.join(parts)}</{prefix}{root}>"


def _prefixed(area: str, prefix: str) -> str:
    """Give the outermost element of an area its prefix."""
    name = area[1:].split(">", 1)[0].split(" ", 1)[0].rstrip("/")
    body = area[1 + len(name) :]
    return (
        f"<{prefix}{name}{body}"
        if body.endswith("/>") and ">" not in body[:-1]
        else (f"<{prefix}{name}{body[: -len(name) - 3]}</{prefix}{name}>")
    )


def _request(request: Request, area: PayloadArea) -> str:
    """Write the request area, with the query where the schema has its wildcard."""
    if not area.in_request:
        return writer(Request)(request, "Request")
    text = writer(Request)(request, "Request")
    items = "".join(write_any(item) for item in area.items)
    if text == "<Request/>":
        return f"<Request>{items}</Request>"
    return f"{text.removesuffix('</Request>')}{items}</Request>"


def _payload(area: PayloadArea, prefix: str) -> str | None:
    """Write the payload area; None if there is nothing in it."""
    text = ""
    if area.items and not area.in_request:
        nouns = "".join(write_any(item) for item in area.items)
        if area.packed and len(area.items) > 1:
            raise EncodeError("Compressed holds one document: several nouns cannot be written into it")
        text = (
            f"<{prefix}Compressed>{pack((DECLARATION + nouns).encode())}</{prefix}Compressed>" if area.packed else nouns
        )
    if area.operation_set is not None:
        written = writer(type(area.operation_set))(area.operation_set, "OperationSet")
        text += _prefixed(written, prefix) if prefix else written
    if area.compressed is not None:
        text += f"<{prefix}Compressed>{escape(area.compressed)}</{prefix}Compressed>"
    text += "".join(writer(type(each))(each, "ID") for each in area.ids)
    if area.format is not None:
        text += f"<{prefix}Format>{escape(area.format)}</{prefix}Format>"
    if area.foreign is not None:
        text += "".join(write_any(stray.element) for stray in area.foreign.elements)
    return f"<Payload>{text}</Payload>" if text else None


def _per_noun(message: Message[Any]) -> tuple[str, str]:
    """Return the per-noun root and the namespace of its schema."""
    noun = message.header.noun
    try:
        root, schema = per_noun_root(message.root, message.header.verb, noun)
    except ValueError as error:
        raise EncodeError(str(error)) from error
    uri = _namespace(message)
    return root, f"{uri.rpartition('/')[0]}/{schema}"


def _namespace(message: Message[Any]) -> str:
    for item in message.payloads:
        return item.namespace if isinstance(item, Element) else noun_of(type(cast("object", item))).namespace
    entry = find_noun(message.header.noun, "")
    return entry.namespace if entry else "http://iec.ch/TC57/2011/Noun#"
