"""Bytes to messages and back.

XML as Edition 1 has it and in all its dialects, and JSON with the same tree and names. From the outside in:
``api`` (decode, encode) - ``sniff`` (XML or JSON) - ``xml`` or ``json`` - ``lexical`` (texts and values).
"""

from __future__ import annotations

from .api import Strict, decode, decode_header, encode
from .bare_noun import decode_noun, encode_noun
from .batch import decode_all
from .dialect import DIALECTS, EnvelopeDialect
from .iterate import Objects, iterate
from .limits import DEFAULT_LIMITS, THREAD_SIZE, Limits
from .rewrite import rewrite_header
from .validation import validate

__all__ = [
    "DEFAULT_LIMITS",
    "DIALECTS",
    "THREAD_SIZE",
    "EnvelopeDialect",
    "Limits",
    "Objects",
    "Strict",
    "decode",
    "decode_all",
    "decode_header",
    "decode_noun",
    "encode",
    "encode_noun",
    "iterate",
    "rewrite_header",
    "validate",
]
