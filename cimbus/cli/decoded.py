"""What files hold: messages, or bare nouns."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any, Self

import msgspec

from cimbus.errors import DecodeError
from cimbus.interface.codecs import DEFAULT_LIMITS, Limits, Strict, decode_all, decode_noun, encode, encode_noun
from cimbus.interface.codecs.api import Format
from cimbus.interface.decode_note import DecodeNote
from cimbus.interface.element import XmlElement
from cimbus.interface.message import Message
from cimbus.interface.model import Cim


class DecodeOptions(msgspec.Struct, frozen=True):
    """How files are read."""

    strict: Strict
    limits: Limits
    zone: tzinfo | None
    verb: str
    source: str | None

    @classmethod
    def of(cls, *, strict: Strict, max_bytes: int | None, zone: tzinfo | None, verb: str, source: str | None) -> Self:
        """Return the options of a command line; the limits of what is in a document grow with that of its size."""
        limits = DEFAULT_LIMITS
        if max_bytes is not None:
            factor = max(1.0, max_bytes / limits.max_bytes)
            limits = msgspec.structs.replace(
                limits,
                max_bytes=max_bytes,
                max_nodes=max(int(limits.max_nodes * factor), max_bytes // 8),  # a value has eight octets and more
                max_inflated=int(limits.max_inflated * factor),
            )
        return cls(strict, limits, zone, verb, source)


class Document(msgspec.Struct, frozen=True):
    """One message, or one bare noun."""

    file: str
    number: int
    message: Message[Any] | None
    noun: Cim | XmlElement | None = None
    notes: tuple[DecodeNote, ...] = ()

    def written(self, form: Format, dialect: str = "") -> bytes:
        """Return it in a format."""
        if self.message is not None:
            return encode(self.message, form, dialect=dialect)
        return encode_noun(self.noun, form, strict=False) if self.noun is not None else b""


def documents_of(name: str, data: bytes, options: DecodeOptions) -> list[Document]:
    """Return what a file holds, payloads decoded.

    Raises:
        DecodeError: neither messages nor a registered noun.
    """
    try:
        messages = decode_all(data, strict=options.strict, limits=options.limits, zone=options.zone)
    except DecodeError as error:
        bare = _bare(data, options) if type(error) is DecodeError else None
        if bare is None:
            raise
        noun, notes = bare
        if not options.verb:
            return [Document(name, 1, None, noun, tuple(notes))]
        made = Message.of(noun, verb=options.verb, source=options.source).noted(*notes)
        messages = [made]
    return [Document(name, number, each, None, each.notes) for number, each in enumerate(messages, 1)]


def _bare(data: bytes, options: DecodeOptions) -> tuple[Cim, list[DecodeNote]] | None:
    """Return the noun that a file is, None if it is none that is registered."""
    notes: list[DecodeNote] = []
    try:
        found = decode_noun(data, strict=bool(options.strict), limits=options.limits, zone=options.zone, notes=notes)
    except DecodeError as error:
        if type(error) is not DecodeError:
            raise
        return None
    return (found, notes) if isinstance(found, Cim) else None
