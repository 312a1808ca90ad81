"""Names, values and damaged octets, for the fuzzers of what comes from a broker."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

WORDS = [
    "", "a", "production", "events", "EndDeviceEvents", "created", "PRODUCTION.EVENTS.EndDeviceEvents.created", "true",
    "0", "-1", "4", "9" * 25, "\u0661", "\0", "\n", "\r", ":", "\\", "\\c", "%", "%00", "%ED%A0%80", "\ud800", "\udcff",
    "\U0001f50c", "x" * 300, "x" * 70_000, "/topic/VirtualTopic.X", "queue://q", "topic:", "temp-queue://q", "Context",
    "Noun", "Verb", "Key", "ReplyAddress", "CorrelationID", "MessageID", "ContentType", "content-length", "message-id",
]  # fmt: skip
"""Names and values of headers and properties."""


def word(random: Random) -> str:
    """Return a name or value."""
    return "".join(random.choice(WORDS) for _ in range(random.choice((1, 1, 1, 2, 3))))


def words(random: Random) -> dict[str, str]:
    """Return properties."""
    return {word(random): word(random) for _ in range(random.choice((0, 1, 3, 12)))}


def damaged(random: Random, data: bytes, tokens: Sequence[bytes]) -> bytes:
    """Flip, remove, double, cut, splice octets, and put tokens among them."""
    for _ in range(random.choice((0, 1, 1, 2, 3, 8))):
        at = random.randrange(len(data) + 1)
        end = min(len(data), at + random.choice((1, 2, 4, 20, 200)))
        kind = random.randrange(6)
        if kind == 0 and at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]
        elif kind == 1:
            data = data[:at] + data[end:]
        elif kind == 2:
            data = data[:at] + data[at:end] * random.choice((2, 3, 50)) + data[end:]
        elif kind == 3 and random.random() < 0.2:
            data = data[:at]
        elif kind == 4:
            data = data[:at] + bytes(random.randrange(256) for _ in range(random.choice((1, 2, 5)))) + data[end:]
        else:
            data = data[:at] + random.choice(tokens) + data[random.choice((at, end)) :]
    return data
