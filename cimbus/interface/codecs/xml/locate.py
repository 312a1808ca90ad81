"""Finding the envelope in a document: at its root, in SOAP, in another wrapper, or in a text inside one."""

from __future__ import annotations

from typing import Final

from lxml import etree

from cimbus.errors import DecodeError, UnsafeError

from .areas import SOAP, find_envelope
from .decode_context import DecodeContext
from .source import Node, lower_name, namespace, parse, text_bytes

_SHOWN: Final = 40
"""Characters of a text that are repeated in a note: enough to find it."""


def locate(document: Node, context: DecodeContext) -> Node | None:
    """Return the element that is the envelope, None if there is none.

    Raises:
        UnsafeError: XML inside a text has a document type declaration, or exceeds the limits.

    >>> wrapped = "<w><Message><Header><Verb>get</Verb></Header></Message></w>"
    >>> locate(parse(text_bytes(wrapped), DecodeContext().limits), DecodeContext()).tag
    'Message'
    """
    found = find_envelope(document)
    if found is None:
        return _in_texts(document, context)
    if found is not document:
        if not any(namespace(parent) in SOAP for parent in found.iterancestors()):
            context.refuse(found, "the envelope is not the root of the document")
        _note_beside(found, context)
    return found


def _note_beside(envelope: Node, context: DecodeContext) -> None:
    """Note what a document holds beside the envelope that is read."""
    inner = envelope
    for around in envelope.iterancestors():
        if around.text and around.text.strip():
            context.refuse(around, f"text beside the message is not read: {around.text.strip()[:_SHOWN]!r}")
        for child in around:
            if child.tail and child.tail.strip():
                context.refuse(child, f"text beside the message is not read: {child.tail.strip()[:_SHOWN]!r}")
            # what a SOAP header says is about the transport (SOAP 1.1, 4.2), and for the program that ends it
            if child is inner or (namespace(child) in SOAP and lower_name(child) == "header"):
                continue
            if find_envelope(child) is not None:
                context.refuse(child, "another message in the document is not read: decode_all reads all")
            else:
                context.refuse(child, "stands beside the message: not read")
        inner = around


def _in_texts(document: Node, context: DecodeContext) -> Node | None:
    """Look into leaves whose text is XML again (escaped, or CDATA); one level deep, so that cost is bounded."""
    for node in document.iter(etree.Element):
        text = "" if len(node) else (node.text or "").lstrip()
        if not text.startswith("<") or "eader" not in text:  # Header or header: cheaper than parsing every text
            continue
        context.budget.open_text(text.count("<"))
        try:
            inside = find_envelope(parse(text_bytes(text), context.limits))
        except UnsafeError:
            raise
        except DecodeError:
            continue  # a text that only looks like XML
        if inside is not None:
            context.refuse(node, "the envelope stands inside a text: read as that")
            return inside
    return None
