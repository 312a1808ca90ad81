"""How much a reader takes before it refuses: bounds on time and memory, for the user to raise."""

from __future__ import annotations

from typing import Final

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on one message.

    Attributes:
        max_bytes: size of the document as it came, in octets.
        max_nodes: elements and attributes (start and end tags are counted in the raw text, so about half of it).
        max_depth: nesting of elements or JSON values; above 250 the XML parser's own guard is lifted.
        max_inflated: size of a Compressed payload once opened, in octets.
    """

    max_bytes: int = 32 * 1024 * 1024
    max_nodes: int = 500_000
    max_depth: int = 250
    max_inflated: int = 32 * 1024 * 1024


DEFAULT_LIMITS: Final = Limits()
