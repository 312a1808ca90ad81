"""The codecs by themselves, and whether the native one is used.

>>> message = decode(b"<Message><Header><Verb>get</Verb><Noun>MeterReadings</Noun></Header></Message>")
>>> message.header.noun, stats().left >= 0
('MeterReadings', True)
"""

from __future__ import annotations

from cimbus.interface.codecs import decode, decode_all, decode_header, decode_noun, encode, encode_noun, iterate
from cimbus.interface.codecs.native import CodecStats, stats

__all__ = [
    "CodecStats",
    "decode",
    "decode_all",
    "decode_header",
    "decode_noun",
    "encode",
    "encode_noun",
    "iterate",
    "stats",
]
