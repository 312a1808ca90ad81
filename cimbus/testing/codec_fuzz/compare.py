"""Whether the native codec and the walker read a document to the same message, down to types and spellings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final, cast

import msgspec

from cimbus.errors import CimbusError
from cimbus.interface.codecs import DEFAULT_LIMITS
from cimbus.interface.codecs.native import Codec
from cimbus.interface.codecs.native.strict import is_surely_strict
from cimbus.interface.codecs.xml import render, walk_xml
from cimbus.interface.element import XmlElement
from cimbus.interface.message import Message
from cimbus.interface.notation import written_as

_PARTS: Final[Mapping[type[Any], tuple[str, ...]]] = {
    Message: ("message_type", "header", "request_area", "reply_area", "payload_area", "extensions", "origin"),
    XmlElement: XmlElement.__slots__,
}
"""What values consist of that are no ``Struct``."""


class Comparison(msgspec.Struct, frozen=True):
    """What came of one document.

    Attributes:
        accepted: the native codec read it.
        wrong: how it read it otherwise than the walker, empty if it did not.

    >>> Comparison(accepted=True, wrong="").wrong
    ''
    """

    accepted: bool
    wrong: str


def compare(codec: Codec, document: bytes) -> Comparison:
    """Read a document with the native codec and, if that takes it, with the walker.

    >>> from cimbus.testing.codec_fuzz.run import make_codec
    >>> compare(make_codec(), b"<Message/>").accepted if make_codec() else False
    False
    """
    message = codec.decode(document, DEFAULT_LIMITS)
    if message is None:
        return Comparison(accepted=False, wrong="")
    return Comparison(accepted=True, wrong=_difference(document, message))


HEAD: Final = 8_192
"""Octets of which the header is read."""


def compare_header(codec: Codec, document: bytes) -> Comparison:
    """Read a document's header with the native codec and, if that takes it, the whole document.

    What the native codec reads as a whole is compared elsewhere; the rest is for the walker. What that refuses as a
    whole may have a header.

    >>> from cimbus.testing.codec_fuzz.run import make_codec
    >>> compare_header(make_codec(), b"<Message/>").accepted if make_codec() else False
    False
    """
    header = codec.decode_header(document[:HEAD], DEFAULT_LIMITS)
    if header is None:
        return Comparison(accepted=False, wrong="")
    try:
        message = codec.decode(document, DEFAULT_LIMITS)
        message = walk_xml(document, strict=False, limits=DEFAULT_LIMITS) if message is None else message
    except CimbusError:
        return Comparison(accepted=True, wrong="")
    ours, theirs = described(header), described(message.header)
    return Comparison(accepted=True, wrong="" if ours == theirs else f"the header read as {ours}\nin Python: {theirs}")


def _difference(document: bytes, message: Message[Any]) -> str:
    try:
        walked = walk_xml(document, strict=False, limits=DEFAULT_LIMITS)
        notes = walked.notes
    except CimbusError as error:
        return f"the walker refuses it: {error}"
    if notes:
        return f"the walker has a note: {notes[0]}"
    if message.notes:
        return f"there is a note of it: {message.notes[0]}"
    ours, theirs = described(message), described(walked)
    if ours != theirs:
        return f"read as {ours}\nthe walker as {theirs}"
    if message != walked:
        return "the messages are not equal"
    return _refused(document, message) if _written(message) == _written(walked) else "they are not written alike"


def _refused(document: bytes, message: Message[Any]) -> str:
    """Return why strict reading refuses what the native codec takes for strict; empty if it does not."""
    if not is_surely_strict(message):
        return ""
    try:
        _ = walk_xml(document, strict=True, limits=DEFAULT_LIMITS)
    except CimbusError as error:
        return f"strict reading refuses it: {error}"
    return ""


def _written(message: Message[Any]) -> str:
    try:
        return render(message, lenient=True)
    except CimbusError as error:
        return str(error)


def described(value: Any) -> str:
    """Return all that a value is, types and spellings included.

    >>> described(Decimal("1.50")), described([True, 1])
    ("Decimal('1.50')", 'list(bool(True) int(1))')
    """
    if isinstance(value, datetime):
        return f"{value!r} of {type(value.tzinfo).__name__} written as {written_as(value)}"
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name} {value.value!r}"
    if isinstance(value, Decimal):
        return repr(value)
    if isinstance(value, Mapping):  # a dict, or a read-only view of one
        return repr(dict(sorted(cast("Mapping[str, str]", value).items())))
    if (parts := _parts(value)) is not None:
        return f"{type(value).__name__}({' '.join(parts)})"
    return f"{type(value).__name__}({value!r})"


def _parts(value: Any) -> list[str] | None:
    """Return what a value consists of, None if it has no parts."""
    if isinstance(value, list | tuple):
        return [described(each) for each in cast("Sequence[Any]", value)]
    kind: type[Any] = value.__class__
    names: tuple[str, ...] = _PARTS.get(kind, getattr(kind, "__struct_fields__", ()))
    return [f"{name}={described(getattr(value, name))}" for name in names] if names else None
