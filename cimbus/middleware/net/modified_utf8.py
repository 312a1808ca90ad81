"""Java's "modified UTF-8" (java.io.DataInput), in which brokers written in Java may pass texts on. Pure.

A character beyond U+FFFF is two surrogates of three octets each there, and NUL is ``C0 80``.
"""

from __future__ import annotations

import re
from typing import Final

_FAR: Final = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")
_PAIR: Final = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_NUL: Final = b"\xc0\x80"


def to_modified(text: bytes) -> bytes:
    r"""Return UTF-8 without NUL as modified UTF-8.

    >>> to_modified("\U0001f4a1".encode()).hex()
    'eda0bdedb2a1'
    """
    return text if text.isascii() else _FAR.sub(_split, text)


def from_modified(text: bytes) -> bytes:
    r"""Return modified UTF-8 as UTF-8; what is UTF-8 already stays as it is.

    >>> from_modified(b"caf\xc3\xa9\xc0\x80")
    b'caf\xc3\xa9\x00'
    """
    if text.isascii():
        return text
    return _PAIR.sub(_join, text).replace(_NUL, b"\0")


def _split(found: re.Match[bytes]) -> bytes:
    try:
        units = found[0].decode().encode("utf-16-be")
    except UnicodeDecodeError:  # beyond U+10FFFF: no character at all
        return found[0]
    return b"".join(
        chr(int.from_bytes(units[place : place + 2], "big")).encode("utf-8", "surrogatepass") for place in (0, 2)
    )


def _join(found: re.Match[bytes]) -> bytes:
    return found[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()
