"""Which partition a key belongs to: as Kafka's own clients say it, so that all producers of a key meet in one place.

Kafka hashes keys with MurmurHash2 (32 bits, seed 0x9747b28c), takes the hash as a number that is not negative and
divides it by the number of partitions.
"""

from __future__ import annotations

import struct
from typing import Final

_M: Final = 0x5BD1E995
_SEED: Final = 0x9747B28C
_MASK: Final = 0xFFFF_FFFF


def murmur2(data: bytes) -> int:
    """Return the hash of some bytes, from 0 to 2^32 - 1."""
    size = len(data)
    words = size >> 2
    found = (_SEED ^ size) & _MASK
    for word in struct.unpack_from(f"<{words}I", data):
        mixed = word * _M & _MASK
        mixed = (mixed ^ mixed >> 24) * _M & _MASK
        found = (found * _M & _MASK) ^ mixed
    if rest := data[words << 2 :]:
        found = (found ^ int.from_bytes(rest, "little")) * _M & _MASK
    found = (found ^ found >> 13) * _M & _MASK
    return found ^ found >> 15


def positive(data: bytes) -> int:
    """Return the hash of a key; its remainder by the number of partitions is the partition."""
    return murmur2(data) & 0x7FFF_FFFF
