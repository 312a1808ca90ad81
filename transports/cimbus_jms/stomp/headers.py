"""Headers of a frame as texts: those of a good one, and what can be read of a bad one. Pure."""

from __future__ import annotations

import re
from typing import Final

from .codec import MalformedFrameError

_ESCAPE: Final = re.compile(r"\\(.?)", re.DOTALL)
_READ: Final = {"\\": "\\", "r": "\r", "n": "\n", "c": ":"}
NEEDED: Final = frozenset(
    (
        *("ack", "message-id", "destination", "subscription", "content-length", "redelivered"),
        *("original-destination", "JMSXGroupID", "_AMQ_GROUP_ID"),
    )
)
"""Headers without which a message is not settled or belongs to no topic; brokers write them anywhere in it."""
_NEEDED_OCTETS: Final = frozenset(name.encode() for name in NEEDED)
LARGEST_PART: Final = 16
"""What part of the largest head a line of a shortened one may have: all that are needed fit in, and room is left."""


def shortened(head: bytes, limit: int) -> bytes:
    r"""Return a head that is longer than the limit with the needed headers alone, each cut where it is too long.

    The last line may be incomplete; what comes of it can be added.

    >>> shortened(b"MESSAGE\nack:1\nSource:HES\nack:2\nlong:" + b"x" * 1_000, 160)
    b'MESSAGE\nack:1\nlong:xxxxx'
    """
    command, *lines, last = head.split(b"\n")
    longest = limit // LARGEST_PART
    kept: dict[bytes, bytes] = {}
    for line in lines:
        if (name := line.partition(b":")[0]) in _NEEDED_OCTETS:
            kept.setdefault(name, line[:longest])
    return b"\n".join((command, *kept.values(), last[:longest]))


def readable(head: bytes, most: int) -> dict[str, str]:
    r"""Return the headers of a head in which something is wrong: what has a name, and beyond so many what is needed.

    >>> readable(b"MESSAGE\na:1\nno colon\nb:\\t\nc:3\nack:4", 2)
    {'a': '1', 'b': '\\t', 'ack': '4'}
    """
    headers: dict[str, str] = {}
    for line in head.split(b"\n")[1:]:
        name, colon, value = line.removesuffix(b"\r").partition(b":")
        key = _readable(name)
        if colon and key and (len(headers) < most or key in NEEDED):
            headers.setdefault(key, _readable(value))
    return headers


def _readable(octets: bytes) -> str:
    try:
        return unescaped(octets.decode())
    except ValueError:  # not UTF-8, or an unknown escape
        return octets.decode("utf-8", "backslashreplace")


def unescaped(text: str) -> str:
    """Read a header's name or value.

    Raises:
        MalformedFrameError: it has an unknown escape.
    """
    if "\\" not in text:
        return text
    if "\\\\" not in text:
        short = text.replace("\\c", ":")  # the only escape in most frames: destinations and reply-to contain colons
        if "\\" not in short:
            return short
    try:
        return _ESCAPE.sub(lambda found: _READ[found[1]], text)
    except KeyError as exc:
        raise MalformedFrameError(f"an unknown escape: \\{exc.args[0]}") from None
