"""Which refusals of a broker are final, and which pass: each protocol has one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

K = TypeVar("K")


class Refusals(Generic[K]):
    """The refusals of one protocol, by error code, condition or text.

    A final one is an error at once, because the next attempt would be answered in the same way. One that passes is
    tried again after a pause.

    Args:
        final: those that are final, by where they are specified.
        passing: those that pass, by where they are specified.
        unknown: whether what is in neither table is final.

    Attributes:
        rows: the table: whether it is final, and where it is specified.

    Raises:
        ValueError: one is in two rows.

    >>> codes = Refusals(final={"section 3, not authorized": (5,)}, passing={"section 3, busy": (3,)}, unknown=True)
    >>> codes.final(5), codes.final(3), codes.final(4)
    (True, False, True)
    >>> Refusals(final={}, passing={"section 3": ("is full",)}, unknown=True).final_text("the queue is full")
    False
    """

    def __init__(
        self, *, final: Mapping[str, tuple[K, ...]], passing: Mapping[str, tuple[K, ...]], unknown: bool
    ) -> None:
        self.rows: dict[K, tuple[bool, str]] = {}
        self.unknown = unknown
        for is_final, table in ((True, final), (False, passing)):
            for source, keys in table.items():
                for key in keys:
                    if key in self.rows:
                        raise ValueError(f"{key!r} is in two rows")
                    self.rows[key] = is_final, source

    def final(self, key: K) -> bool:
        """Return whether a refusal is final."""
        return self.rows[key][0] if key in self.rows else self.unknown

    def final_text(self, text: str) -> bool:
        """Return whether a refusal is final of which there is only a text, which contains one of the keys."""
        return next((final for key, (final, _) in self.rows.items() if str(key) in text), self.unknown)
