"""What reading says about a document: one note for each thing that was not as the schema wants it."""

from __future__ import annotations

import msgspec


class DecodeNote(msgspec.Struct, frozen=True):
    """Something about a document: where, and what was done about it.

    Attributes:
        path: local names from the root, with an index where there are several of a name
            (``EventMessage/Payload/MeterReadings/MeterReading[3]/Readings[12]/value``).
        text: what it is.
        line: 1-based line in the document; None if it has none (JSON, or a message made by a program).

    >>> note = DecodeNote("EventMessage/Header/Verb", "verb 'CREATED' read as 'created'", 3)
    >>> print(note, note.line)
    EventMessage/Header/Verb: verb 'CREATED' read as 'created' 3
    """

    path: str
    text: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"
