"""The octets of a frame that are not kept: it is too large, and what is behind it is to be read. Pure."""

from __future__ import annotations


class SkippedOctets:
    r"""Counts octets up to the end of a frame, instead of keeping them.

    A producer decides how large a message is, and a broker redelivers it until it is settled. So a consumer reads over
    what it does not want to keep, and its connection goes on.

    Args:
        length: how many there are; None: they end with the first NUL, which counts, too (STOMP 1.2).

    Attributes:
        size: how many have come.
        last: the last one that has come.

    >>> skipped = SkippedOctets(5)
    >>> skipped.feed(b"head:abc", 5), skipped.feed(b"de, next", 0), skipped.size
    (-1, 2, 5)
    >>> SkippedOctets().feed(b"abc\0next", 0)
    4
    """

    def __init__(self, length: int | None = None) -> None:
        self._length = length
        self.size = self.last = 0

    def feed(self, data: bytes, at: int) -> int:
        """Take octets from a position on; return the position behind the end, -1 if more are to come."""
        if self._length is None:
            stop = data.find(b"\0", at) + 1
            complete = stop > 0
            stop = stop or len(data)
        else:
            stop = min(len(data), at + self._length - self.size)
            complete = self.size + stop - at == self._length
        if stop > at:
            self.size += stop - at
            self.last = data[stop - 1]
        return stop if complete else -1
