"""XML: hardened parsing, the envelope's dialects, generated walkers and writers."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from cimbus.interface.codecs.limits import Limits, WorkBudget
from cimbus.interface.codecs.native import NATIVE
from cimbus.interface.message import Message

from .decode_context import DecodeContext
from .mixed_text import has_mixed_text
from .reader import read_message
from .render import render
from .source import parse

__all__ = ["decode_xml", "render", "walk_xml"]


def decode_xml(
    data: bytes, *, strict: bool, limits: Limits, zone: tzinfo | None = None, asked: bool = False
) -> Message[Any]:
    """Decode an XML document.

    The native codec is asked first, where it is installed, and unless it was (``asked``): it reads a document to an
    equal message, or leaves it to ``walk_xml``, which is the general path and right for every document.

    Raises:
        DecodeError: see ``cimbus.decode``.

    >>> xml = b"<Message><Header><Verb>get</Verb><Noun>MeterReadings</Noun></Header></Message>"
    >>> decode_xml(xml, strict=False, limits=Limits()).header.verb
    'get'
    """
    message = None if asked else NATIVE.decode(data, limits, strict=strict)
    return walk_xml(data, strict=strict, limits=limits, zone=zone) if message is None else message


def walk_xml(data: bytes, *, strict: bool, limits: Limits, zone: tzinfo | None = None) -> Message[Any]:
    """Decode an XML document with the generated walkers.

    Raises:
        DecodeError: see ``cimbus.decode``.

    >>> xml = b"<Message><Header><Verb>get</Verb><Noun>MeterReadings</Noun></Header></Message>"
    >>> walk_xml(xml, strict=False, limits=Limits()).header.verb
    'get'
    """
    context = DecodeContext(
        strict=strict,
        limits=limits,
        budget=WorkBudget(limits, len(data)),
        zone=zone,
        mixed_text=has_mixed_text(data),
    )
    message = read_message(parse(data, limits), context)
    if strict:
        _ = message.payload_area
        context.check(message.header)
    return message
