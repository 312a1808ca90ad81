"""Payload/Compressed: gzip, then base64 (IEC 61968-100 Ed. 1); with Format BINARY base64 alone."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib

from cimbus.errors import DecodeError

from .limits import beyond

GZIP_WBITS = 31
"""zlib's number for a gzip stream (RFC 1952): 15, the largest window, plus 16."""
_STEP = 1 << 20
"""Octets inflated at once: a bomb is noticed at most this far beyond the limit."""


def unpack(text: str, limit: int) -> bytes:
    """Return what a Compressed text holds.

    Raises:
        UnsafeError: it inflates to more than ``limit`` octets.
        DecodeError: not base64, or not gzip.

    >>> unpack(pack(b"<X/>"), limit=1_000)
    b'<X/>'
    """
    try:
        # base64 is often wrapped into lines (RFC 2045, 6.8); everything else outside its alphabet is an error
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise DecodeError("Compressed is not base64") from None
    if not data:
        raise DecodeError("Compressed is empty")
    try:
        return inflate(data, limit, "Compressed", "max_inflated", GZIP_WBITS)
    except zlib.error:
        raise DecodeError("Compressed is not gzip") from None


def inflate(data: bytes, limit: int, what: str, name: str, wbits: int) -> bytes:
    """Return what a gzip stream holds.

    Args:
        data: the stream; of several behind one another, the first.
        limit: octets that it may hold.
        what: how it is called in errors.
        name: the limit's name in ``Limits``.
        wbits: zlib's number for the kind of stream.

    Raises:
        UnsafeError: it inflates to more than the limit.
        DecodeError: it is cut off.
        zlib.error: it is no such stream.

    >>> inflate(gzip.compress(b"<X/>"), 100, "it", "max_bytes", GZIP_WBITS)
    b'<X/>'
    """
    inflater = zlib.decompressobj(wbits)
    out = bytearray()
    while data and not inflater.eof:
        # one octet more than allowed tells a document of exactly the limit from a longer one
        out += inflater.decompress(data, min(_STEP, limit + 1 - len(out)))
        if len(out) > limit:
            raise beyond(f"{what} inflates to more octets", name, limit)
        data = inflater.unconsumed_tail
    if not inflater.eof:
        raise DecodeError(f"{what} is cut off")
    return bytes(out)


def pack(data: bytes) -> str:
    """Return data as a Compressed text.

    >>> pack(b"") == pack(b"")
    True
    """
    # mtime=0: the same payload makes the same text, so that messages can be compared
    return base64.b64encode(gzip.compress(data, mtime=0)).decode("ascii")
