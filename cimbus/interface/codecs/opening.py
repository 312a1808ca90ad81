"""What may stand around the octets of a document: gzip, and the NULs that C programs send with a text."""

from __future__ import annotations

import zlib
from typing import Final

from cimbus.errors import DecodeError, StrictError
from cimbus.interface.decode_note import DecodeNote

from .compression import GZIP_WBITS, inflate
from .limits import Limits

GZIP: Final = b"\x1f\x8b"
"""How gzip begins (RFC 1952, 2.3.1): no XML or JSON document does."""
_TAIL: Final = 4
"""Octets at the end in which a NUL is looked for: there may be a line end behind it."""
_UNITS: Final = ((b"\xff\xfe\0\0", 4), (b"\0\0\xfe\xff", 4), (b"<\0\0\0", 4), (b"\0\0\0<", 4))
"""How documents in UTF-32 begin (XML 1.0, appendix F), and the octets of a character."""


def opened(data: bytes, limits: Limits, *, strict: bool = False) -> tuple[bytes, tuple[DecodeNote, ...]]:
    r"""Return a document without gzip around it and NULs behind it, and notes of both.

    Raises:
        UnsafeError: it inflates to more than ``limits.max_bytes``.
        DecodeError: it begins as gzip does, and is none.
        StrictError: strict reading, and there are NULs behind it.

    >>> opened(b"<a/>\0", Limits())[0]
    b'<a/>'
    """
    notes: tuple[DecodeNote, ...] = ()
    if data.startswith(GZIP):
        try:
            data = inflate(data, limits.max_bytes, "gzip", "max_bytes", GZIP_WBITS)
        except zlib.error:
            raise DecodeError("not gzip, though it begins so") from None
        notes = (DecodeNote("", "the document was in gzip"),)
    for where, stripped in (("before", _without_first(data)), ("behind", _without_last(data))):
        if len(stripped) < len(data):
            data = stripped if where == "before" else _without_last(data)
            notes = (DecodeNote("", f"NUL octets {where} the document: left out"), *notes)
            if strict:
                raise StrictError(notes[0].text, problems=notes[:1])
    return data, notes


def _without_first(data: bytes) -> bytes:
    """Return a document without NULs before it; in UTF-16 and UTF-32, characters begin or end with some."""
    rest = data.lstrip(b"\0") if data[:1] == b"\0" else data
    return rest if rest[:1] in (b"<", b"{", b"[") and rest[1:2] != b"\0" else data


def _without_last(data: bytes) -> bytes:
    """Return a document without NULs behind it: of UTF-16 and UTF-32, whole characters of them."""
    if b"\0" not in data[-_TAIL:]:
        return data
    wide = b"\0" in data[:4] or data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not wide:
        return data.rstrip(b"\0 \t\r\n")
    size = next((size for start, size in _UNITS if data.startswith(start)), 2)
    end = len(data)
    while end >= 2 * size and not any(data[end - size : end]):
        end -= size
    return data[:end]
