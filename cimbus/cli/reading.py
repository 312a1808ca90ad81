"""Reading messages from files and stdin."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from cimbus.interface.codecs import decode
from cimbus.interface.codecs.chunks import opened_chunks
from cimbus.interface.codecs.sniff import is_json
from cimbus.interface.message import Message


def read_bytes(name: str) -> bytes:
    """Return what a file holds; ``-`` is stdin.

    Raises:
        OSError: it cannot be read.
    """
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def read_message(data: bytes, *, strict: bool = False) -> Message[Any]:
    """Decode a message, payload included.

    Raises:
        DecodeError: it is none.
    """
    message = decode(data, strict=strict)
    _ = message.payload
    return message


def because(name: str, error: Exception) -> str:
    """Return one line on what is wrong with a file."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{'stdin' if name == '-' else name}: {reason}"


def format_of(data: bytes) -> str:
    """Return ``json`` or ``xml``, of what is in gzip, too.

    Raises:
        DecodeError: it begins as gzip does, and is none.
    """
    first, _ = opened_chunks(io.BytesIO(data))
    return "json" if is_json(first) else "xml"
