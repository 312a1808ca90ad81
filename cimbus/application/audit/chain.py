"""The lines of an audit trail: JSON objects, each with a hash over itself and the hash of the line before.

``hash`` is the last member. It is SHA-256 (FIPS 180-4), in hexadecimal, of the hash of the line before, as text,
followed by the line without ``,"hash":"..."`` and its line end, in UTF-8. Before the first line the hash is 64 zeros.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

START: Final = "0" * 64
"""The hash before the first line of a trail."""

_ENCODER: Final = msgspec.json.Encoder()
_CHAINED: Final = re.compile(rb'(\{.*),"hash":"([0-9a-f]{64})"\}', re.DOTALL)


def chained(record: Mapping[str, Any], previous: str) -> tuple[bytes, str]:
    r"""Return a record as a line, and its hash.

    >>> line, digest = chained({"event": "begun"}, START)
    >>> line == b'{"event":"begun","hash":"' + digest.encode() + b'"}\n'
    True
    """
    text = _ENCODER.encode(record)
    digest = _digest(text, previous)
    return b'%b,"hash":"%b"}\n' % (text[:-1], digest.encode()), digest


def hash_of(line: bytes) -> str | None:
    r"""Return the hash that a line says it has; None if it is no line of a trail.

    >>> hash_of(b'{"event":"begun"}\n') is None
    True
    """
    found = _CHAINED.fullmatch(line.rstrip(b"\r\n"))
    return None if found is None else found[2].decode()


def follows(line: bytes, previous: str) -> bool:
    """Return whether a line is as it was written, behind a line with this hash.

    >>> line, _ = chained({"event": "begun"}, START)
    >>> follows(line, START), follows(line.replace(b"begun", b"ended"), START), follows(line, "1" * 64)
    (True, False, False)
    """
    found = _CHAINED.fullmatch(line.rstrip(b"\r\n"))
    return found is not None and _digest(found[1] + b"}", previous) == found[2].decode()


def record_of(line: bytes) -> dict[str, Any]:
    """Return what a line says.

    Raises:
        ValueError: it is no JSON object.
    """
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error


def _digest(text: bytes, previous: str) -> str:
    return hashlib.sha256(previous.encode() + text).hexdigest()
