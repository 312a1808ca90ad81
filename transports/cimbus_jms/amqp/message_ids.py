"""The identifiers of messages, which are of four types in AMQP 1.0 (3.2.11 to 3.2.14), as texts and back. Pure.

The texts are those of JMS clients (AMQP JMS Mapping, 3.2.1.1): what is no string, or looks like one of these texts, has
its type in front.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from .values import binary, string, ulong, uuid_value

MessageId = str | bytes | int | uuid.UUID
_TYPED: Final = "ID:AMQP_"
_BINARY: Final = "ID:AMQP_BINARY:"
_ULONG: Final = "ID:AMQP_ULONG:"
_UUID: Final = "ID:AMQP_UUID:"
_STRING: Final = "ID:AMQP_STRING:"
_READ: Final[dict[str, Callable[[str], MessageId]]] = {
    _BINARY: bytes.fromhex,
    _ULONG: int,
    _UUID: uuid.UUID,
    _STRING: str,
}


def text_of_id(value: object) -> str:
    """Return an identifier as text; empty: it is none.

    >>> text_of_id("m-1"), text_of_id(42), text_of_id(b"octets")
    ('m-1', 'ID:AMQP_ULONG:42', 'ID:AMQP_BINARY:6F6374657473')
    """
    if isinstance(value, str):
        return f"{_STRING}{value}" if value.startswith(_TYPED) else value
    if isinstance(value, bytes):
        return _BINARY + value.hex().upper()
    if isinstance(value, uuid.UUID):
        return f"{_UUID}{value}"
    return f"{_ULONG}{value}" if isinstance(value, int) and not isinstance(value, bool) else ""


def id_of_text(text: str) -> MessageId:
    """Read an identifier back; a text that has none of these forms is a string.

    >>> id_of_text("ID:AMQP_ULONG:42"), id_of_text("ID:AMQP_ULONG:x")
    (42, 'ID:AMQP_ULONG:x')
    """
    if text.startswith(_TYPED):
        for start, read in _READ.items():
            if text.startswith(start):
                with suppress(ValueError):
                    return read(text[len(start) :])
    return text


def write_id(value: MessageId) -> bytes:
    """Write an identifier.

    Raises:
        ValueError: half a character (a lone surrogate), or a number that is no ulong.
    """
    if isinstance(value, str):
        return string(value)
    if isinstance(value, bytes):
        return binary(value)
    return ulong(value) if isinstance(value, int) else uuid_value(value)
