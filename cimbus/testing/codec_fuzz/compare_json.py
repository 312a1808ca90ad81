"""Whether the native codec and the reader in Python read a JSON document to the same message."""

from __future__ import annotations

from typing import Any, Final

from cimbus.errors import CimbusError
from cimbus.interface.codecs import DEFAULT_LIMITS, encode
from cimbus.interface.codecs.json import read_json
from cimbus.interface.codecs.native import Codec
from cimbus.interface.message import Message

from .compare import Comparison, described

HEAD: Final = 16_384
"""Octets of which the header is read."""


def compare_json(codec: Codec, document: bytes) -> Comparison:
    """Read a JSON document with the native codec and, if that takes it, with the reader in Python.

    >>> from cimbus.testing.codec_fuzz.run import make_codec
    >>> compare_json(make_codec(), b"{}").accepted if make_codec() else False
    False
    """
    message = codec.decode_json(document)
    if message is None:
        return Comparison(accepted=False, wrong="")
    return Comparison(accepted=True, wrong=_difference(document, message))


def compare_json_header(codec: Codec, document: bytes) -> Comparison:
    """Read the header of a JSON document with the native codec and, if that takes it, the whole document.

    What the native codec reads as a whole is compared elsewhere; the rest is for the reader in Python. What that
    refuses as a whole may have a header.

    >>> from cimbus.testing.codec_fuzz.run import make_codec
    >>> compare_json_header(make_codec(), b"{}").accepted if make_codec() else False
    False
    """
    header = codec.decode_json_header(document[:HEAD])
    if header is None:
        return Comparison(accepted=False, wrong="")
    try:
        message = codec.decode_json(document) or read_json(document, strict=False, limits=DEFAULT_LIMITS)
    except CimbusError:
        return Comparison(accepted=True, wrong="")
    ours, theirs = described(header), described(message.header)
    return Comparison(accepted=True, wrong="" if ours == theirs else f"the header read as {ours}\nin Python: {theirs}")


def _difference(document: bytes, message: Message[Any]) -> str:
    try:
        expected = read_json(document, strict=False, limits=DEFAULT_LIMITS)
        notes = expected.notes
    except CimbusError as error:
        return f"the reader in Python refuses it: {error}"
    if notes or message.notes:
        return f"there is a note of it: {(*notes, *message.notes)[0]}"
    ours, theirs = described(message), described(expected)
    if ours != theirs:
        return f"read as {ours}\nin Python: {theirs}"
    if message != expected:
        return "the messages are not equal"
    return "" if _written(message) == _written(expected) else "they are not written alike"


def _written(message: Message[Any]) -> bytes:
    try:
        return encode(message, "json", strict=False)
    except CimbusError as error:
        return str(error).encode()
