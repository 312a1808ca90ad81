"""What has come of a packet that is not complete."""

from __future__ import annotations

from typing import Final

SMALL: Final = 1024
"""Octets: a smaller piece is joined with the next one, so that a peer that writes octet by octet fills no memory with
what each object takes."""


class IncompleteOctets:
    """The pieces of a packet that is not complete. They are joined once, since it may be large. Pure.

    >>> kept = IncompleteOctets()
    >>> kept.begin(b"he", 3)
    >>> kept.add(b"ll"), kept.add(b"o wor"), len(kept)
    (b'', b'hello wor', 0)
    """

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._missing = 0

    def __len__(self) -> int:
        """How many octets have come."""
        return sum(map(len, self._pieces))

    def begin(self, piece: bytes, missing: int) -> None:
        """Keep the first piece; ``missing``: how many octets must still come, at least."""
        self._pieces, self._missing = [piece], missing

    def add(self, piece: bytes) -> bytes:
        """Add a piece; return all that has come if that may be enough, empty if it is not."""
        if not self._pieces:
            return piece
        if len(self._pieces[-1]) < SMALL:
            self._pieces[-1] += piece
        else:
            self._pieces.append(piece)
        self._missing -= len(piece)
        if self._missing > 0:
            return b""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole
