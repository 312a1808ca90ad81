"""A message as AMQP writes it (part 3, 3.2): header, annotations, properties, application properties, body. Pure.

Rules: what stands at its default is not written. Sections that nobody here looks at (delivery annotations, footer) are
read over. This is the hot path of the transport; ``benchmarks`` compare it with proton's own Message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from cimbus_jms.options import DEFAULT_PRIORITY

from .values import (
    NULL,
    TRUE,
    Described,
    MalformedError,
    binary,
    byte,
    compound,
    read,
    read_list,
    string,
    symbol,
    timestamp,
    ubyte,
    uint,
)

_PREFIX: Final = {code: b"\x00\x53%c" % code for code in range(0x70, 0x79)}
_MESSAGE_ID, _TO, _SUBJECT, _REPLY_TO, _CORRELATION_ID = 0, 2, 3, 4, 5
_CONTENT_TYPE, _EXPIRY, _CREATED, _GROUP = 6, 8, 9, 10


class Letter(msgspec.Struct):
    """The sections of one message, as far as we know them.

    ``body`` is what it holds: text (amqp-value), octets (data, all sections of it together), None (no body), or
    whatever else came, for which this transport has no use.
    """

    body: Any = None
    durable: bool = False
    priority: int = DEFAULT_PRIORITY
    ttl: int | None = None
    """Milliseconds."""
    delivery_count: int = 0
    annotations: Mapping[str, Any] = {}
    message_id: Any = None
    to: str | None = None
    subject: str | None = None
    reply_to: str | None = None
    correlation_id: Any = None
    content_type: str | None = None
    expiry: int | None = None
    """Milliseconds since the epoch."""
    created: int | None = None
    """Milliseconds since the epoch."""
    group: str | None = None
    properties: Mapping[str, Any] = {}


# -- writing ----------------------------------------------------------------------------------------------------------


def write_letter(letter: Letter) -> bytes:
    """Write a message.

    Raises:
        ValueError: some text holds half a character.
    """
    parts = [_header(letter)]
    if letter.annotations:
        items = b"".join([symbol(name) + byte(number) for name, number in letter.annotations.items()])
        parts += (_PREFIX[0x72], compound(0xC1, 2 * len(letter.annotations), items))
    parts += (_PREFIX[0x73], _fields(letter))
    if letter.properties:
        words = [string(word) for pair in letter.properties.items() for word in pair]
        parts += (_PREFIX[0x74], compound(0xC1, len(words), b"".join(words)))
    body = letter.body
    if isinstance(body, str):
        parts += (_PREFIX[0x77], string(body))
    else:
        parts += (_PREFIX[0x75], binary(body or b""))
    return b"".join(parts)


def _header(letter: Letter) -> bytes:
    if letter.priority == DEFAULT_PRIORITY and letter.ttl is None:  # nearly always
        return b"\x00\x53\x70\xc0\x02\x01\x41" if letter.durable else b""
    items = [TRUE if letter.durable else NULL, ubyte(letter.priority)]
    if letter.ttl is not None:
        items.append(uint(letter.ttl))
    return _PREFIX[0x70] + compound(0xC0, len(items), b"".join(items))


def _fields(letter: Letter) -> bytes:
    """Write the section properties (3.2.4)."""
    items = [
        NULL if letter.message_id is None else string(letter.message_id),
        NULL,  # user-id
        NULL if letter.to is None else string(letter.to),
        NULL if letter.subject is None else string(letter.subject),
        NULL if letter.reply_to is None else string(letter.reply_to),
        NULL if letter.correlation_id is None else string(letter.correlation_id),
        NULL if letter.content_type is None else symbol(letter.content_type),
        NULL,  # content-encoding
        NULL if letter.expiry is None else timestamp(letter.expiry),
        NULL if letter.created is None else timestamp(letter.created),
    ]
    if letter.group is not None:
        items.append(string(letter.group))
    return compound(0xC0, len(items), b"".join(items))


# -- reading ----------------------------------------------------------------------------------------------------------


def read_letter(data: bytes) -> Letter:
    """Read a message.

    Raises:
        MalformedError: it is none.
    """
    letter = Letter()
    at, end = 0, len(data)
    while at < end:
        if data[at : at + 2] == b"\x00\x53" and at + 2 < end:
            section, at = data[at + 2], at + 3
        elif data[at] == 0x00:
            descriptor, at = read(data, at + 1)
            section = descriptor if isinstance(descriptor, int) else _SECTIONS.get(str(descriptor), 0)
        else:
            raise MalformedError("something that is no section of a message")
        if section == 0x74:
            words, at = read_list(data, at)
            try:
                letter.properties = dict(zip(words[::2], words[1::2], strict=True))
            except (TypeError, ValueError) as exc:
                raise MalformedError(f"application properties that are no map: {exc}") from exc
        elif section == 0x73:
            values, at = read_list(data, at)
            _take_fields(letter, values)
        elif section == 0x70:
            values, at = read_list(data, at)
            _take_header(letter, values)
        else:
            at = _take_other(letter, data, at, section)
    return letter


def _take_header(letter: Letter, values: list[Any]) -> None:
    values += [None] * (5 - len(values))
    letter.durable = bool(values[0])
    if values[1] is not None:
        letter.priority = _number(values[1])
    if values[2] is not None:
        letter.ttl = _number(values[2])
    if values[4] is not None:
        letter.delivery_count = _number(values[4])


def _take_fields(letter: Letter, values: list[Any]) -> None:
    values += [None] * (11 - len(values))
    letter.message_id = values[_MESSAGE_ID]
    letter.to = _text(values[_TO])
    letter.subject = _text(values[_SUBJECT])
    letter.reply_to = _text(values[_REPLY_TO])
    letter.correlation_id = values[_CORRELATION_ID]
    letter.content_type = _text(values[_CONTENT_TYPE])
    letter.expiry = None if values[_EXPIRY] is None else _number(values[_EXPIRY])
    letter.created = None if values[_CREATED] is None else _number(values[_CREATED])
    letter.group = _text(values[_GROUP])


def _take_other(letter: Letter, data: bytes, at: int, section: int) -> int:
    value, at = read(data, at)
    if section == 0x72:
        if isinstance(value, dict):
            letter.annotations = value  # pyright: ignore[reportUnknownMemberType]  # what an annotation holds is open
    elif section == 0x75:
        if not isinstance(value, bytes):
            raise MalformedError("a data section without octets")
        letter.body = value if letter.body is None else letter.body + value
    elif section in (0x76, 0x77):
        letter.body = value.value if isinstance(value, Described) else value
    elif section not in (0x71, 0x78):
        raise MalformedError(f"no section of a message has the descriptor 0x{section:02x}")
    return at


_SECTIONS: Final = {
    "amqp:header:list": 0x70, "amqp:delivery-annotations:map": 0x71, "amqp:message-annotations:map": 0x72,
    "amqp:properties:list": 0x73, "amqp:application-properties:map": 0x74, "amqp:data:binary": 0x75,
    "amqp:amqp-sequence:list": 0x76, "amqp:amqp-value:*": 0x77, "amqp:footer:map": 0x78,
}  # fmt: skip


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise MalformedError(f"a text was expected, not {type(value).__name__}")


def _number(value: object) -> int:
    if isinstance(value, int):
        return value
    raise MalformedError(f"a number was expected, not {type(value).__name__}")
