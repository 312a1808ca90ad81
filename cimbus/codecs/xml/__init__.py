"""XML: hardened parsing, the envelope's dialects, generated walkers and writers."""

from __future__ import annotations

from typing import Any

from cimbus.codecs.limits import Limits
from cimbus.message import Message

from .reader import read_message
from .reading import Reading
from .render import render
from .source import parse

__all__ = ["decode_xml", "render"]


def decode_xml(data: bytes, *, strict: bool, limits: Limits) -> Message[Any]:
    """Decode an XML document.

    This is the seam for a faster path: whatever reads the same document to the same message may go first, and fall
    through to this one whenever it is not sure.

    Raises:
        DecodeError: see ``cimbus.decode``.
    """
    message = read_message(parse(data, limits), Reading(strict=strict, limits=limits))
    if strict:
        _ = message.payload_area
    return message
