"""Reading messages from files and stdin."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from cimbus.codecs import decode
from cimbus.codecs.sniff import is_json
from cimbus.message import Message


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
    """Return ``json`` or ``xml``."""
    return "json" if is_json(data) else "xml"
