"""Payload/Compressed: gzip, then base64 (IEC 61968-100 Ed. 1); with Format BINARY base64 alone."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib

from cimbus.errors import DecodeError, UnsafeError

_GZIP_WBITS = 31
_STEP = 1 << 20


def unpack(text: str, limit: int) -> bytes:
    """Return what a Compressed text holds.

    Raises:
        UnsafeError: it inflates to more than ``limit`` octets.
        DecodeError: not base64, or not gzip.
    """
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise DecodeError("Compressed is not base64") from None
    if not data:
        raise DecodeError("Compressed is empty")
    inflater = zlib.decompressobj(_GZIP_WBITS)
    out = bytearray()
    try:
        while data and not inflater.eof:
            out += inflater.decompress(data, min(_STEP, limit + 1 - len(out)))
            if len(out) > limit:
                raise UnsafeError(f"Compressed inflates to more than {limit} octets (Limits.max_inflated)")
            data = inflater.unconsumed_tail
    except zlib.error:
        raise DecodeError("Compressed is not gzip") from None
    if not inflater.eof:
        raise DecodeError("Compressed is cut off")
    return bytes(out)


def pack(data: bytes) -> str:
    """Return data as a Compressed text."""
    return base64.b64encode(gzip.compress(data, mtime=0)).decode("ascii")
