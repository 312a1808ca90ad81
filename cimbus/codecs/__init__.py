"""Bytes to messages and back.

XML as Edition 1 has it and in all its dialects, and JSON with the same tree and names.
"""

from __future__ import annotations

from .api import decode, decode_header, encode
from .limits import DEFAULT_LIMITS, Limits
from .rewrite import rewrite_header

__all__ = ["DEFAULT_LIMITS", "Limits", "decode", "decode_header", "encode", "rewrite_header"]
