"""MurmurHash2, by which Kafka's clients choose the partition of a key. Pure.

The algorithm is Austin Appleby's (32 bits, in the public domain); the seed is that of Kafka's Java client
(org.apache.kafka.common.utils.Utils). Words are unpacked at once: byte by byte it costs three times as much, and each
key that is not remembered is hashed.
"""

from __future__ import annotations

import struct
from typing import Final

SEED: Final = 0x9747B28C
MULTIPLIER: Final = 0x5BD1E995
MASK: Final = 0xFFFF_FFFF


def murmur2(data: bytes) -> int:
    """Return the hash of octets, 0 to 2^32 - 1.

    >>> murmur2(b"foobar")
    3504634814
    """
    count = len(data) >> 2
    result = SEED ^ len(data)
    for word in struct.unpack_from(f"<{count}I", data):
        mixed = word * MULTIPLIER & MASK
        result = (result * MULTIPLIER & MASK) ^ ((mixed ^ mixed >> 24) * MULTIPLIER & MASK)
    if rest := data[count << 2 :]:
        result = (result ^ int.from_bytes(rest, "little")) * MULTIPLIER & MASK
    result = (result ^ result >> 13) * MULTIPLIER & MASK
    return result ^ result >> 15


def partition_hash(key: bytes) -> int:
    """Return the hash of a record's key, 0 to 2^31 - 1; its remainder by the number of partitions is the partition.

    As Kafka's own clients do it (DefaultPartitioner: MurmurHash2 without its sign), so that the records of one key
    are in one partition, whichever client sends them.

    >>> partition_hash(b"foobar")
    1357151166
    """
    return murmur2(key) & 0x7FFF_FFFF
