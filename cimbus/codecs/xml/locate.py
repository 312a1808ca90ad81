"""Finding the envelope in a document: at its root, in SOAP, in somebody's wrapper, or in a text inside one."""

from __future__ import annotations

from typing import Final

from lxml import etree

from cimbus.errors import DecodeError, UnsafeError

from .reading import Reading
from .roots import parse_root
from .source import Node, local_name, lower_name, namespace, parse, text_bytes

SOAP: Final = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")


def locate(document: Node, reading: Reading) -> Node | None:
    """Return the first element that is an envelope, None if there is none.

    Raises:
        UnsafeError: one that stands inside a text is built to hurt, or beyond the limits.
    """
    found = _in_elements(document)
    if found is not None:
        if found is not document and not any(namespace(parent) in SOAP for parent in found.iterancestors()):
            reading.note(found, "the envelope is not the root of the document")
        return found
    return _in_texts(document, reading)


def _in_elements(document: Node) -> Node | None:
    return next((node for node in document.iter(etree.Element) if _is_envelope(node)), None)


def _in_texts(document: Node, reading: Reading) -> Node | None:
    """Look into leaves whose text is XML again (escaped, or a CDATA section); one level deep."""
    for node in document.iter(etree.Element):
        text = "" if len(node) else (node.text or "").lstrip()
        if not text.startswith("<") or "eader" not in text:
            continue
        try:
            inside = _in_elements(parse(text_bytes(text), reading.limits))
        except UnsafeError:
            raise
        except DecodeError:
            continue  # a text that only looks like XML
        if inside is not None:
            reading.note(node, "the envelope stands inside a text: read as that")
            return inside
    return None


def _is_envelope(node: Node) -> bool:
    for child in node:
        local = lower_name(child)
        if local == "header" and any(lower_name(c) in ("verb", "noun") for c in child):
            return True
        replies = local == "reply" and any(lower_name(c) in ("result", "replycode") for c in child)
        if replies and parse_root(local_name(node)) is not None:
            return True
    return False
