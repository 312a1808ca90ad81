"""``cimbus decode --summary``: how many messages there are, and how often each kind of note is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from .decoded import Document
from .output import line, record, table

_VALUES: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\[\d+\]|\d{4}-\d\d-\d\d[T ][\d:.+Z-]*")
"""What differs between notes of one kind: values, indices, times."""


class Summary:
    """Counts documents and their notes."""

    def __init__(self) -> None:
        self.failed = 0
        self._read: Counter[str] = Counter()
        self._notes: Counter[str] = Counter()

    def add(self, found: Iterable[Document]) -> None:
        """Count documents."""
        for each in found:
            message = each.message
            what = "bare noun" if message is None else f"{message.header.verb} {message.header.noun}"
            self._read[what] += 1
            self._notes.update(kind_of(note.text) for note in each.notes)

    def show(self, *, as_json: bool) -> None:
        """Write the counts."""
        if as_json:
            record({"read": dict(self._read), "failed": self.failed, "notes": dict(self._notes)})
            return
        line(f"read {self._read.total()}, failed {self.failed}")
        rows = [(str(number), "read", what) for what, number in self._read.most_common()]
        rows += [(str(number), "note", text) for text, number in self._notes.most_common()]
        table(("count", "what", ""), rows)


def kind_of(text: str) -> str:
    """Return a note without its values, as all notes of its kind have it.

    >>> kind_of("'n/a' is not a number (xs:decimal): kept as it is")
    '... is not a number (xs:decimal): kept as it is'
    """
    return _VALUES.sub("...", text)
