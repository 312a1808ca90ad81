"""cimbus: IEC 61968 messages, typed and asynchronous, over any middleware."""

from __future__ import annotations

from .codecs import DEFAULT_LIMITS, Limits, decode, decode_header, encode
from .element import Element
from .message import Message, Note

__all__ = ["DEFAULT_LIMITS", "Element", "Limits", "Message", "Note", "decode", "decode_header", "encode"]
