"""What a trail says of dead letters."""

from __future__ import annotations

from typing import Any, Protocol

from cimbus.middleware.frame import Frame

from .transport import described


class AuditedLetter(Protocol):
    """A dead letter."""

    @property
    def bus(self) -> str:
        """The name of its bus."""
        ...

    @property
    def consumer(self) -> str:
        """Who could not handle it."""
        ...

    @property
    def frame(self) -> Frame:
        """What was delivered."""
        ...


def letter_record(event: str, letter: AuditedLetter, number: int, **more: Any) -> dict[str, Any]:
    """Return what is written of a dead letter.

    >>> from datetime import UTC, datetime
    >>> from cimbus import DeadLetter, Topic
    >>> frame = Frame(topic=Topic("production", "events", "MeterReadings", "created"), body=b"<x/>")
    >>> letter = DeadLetter(time=datetime.now(UTC), reason="no meter", attempts=5, consumer="OMS.read", frame=frame)
    >>> found = letter_record("edited", letter, 7)
    >>> found["event"], found["letter"], found["consumer"]
    ('edited', 7, 'OMS.read')

    Args:
        event: ``dead_lettered``, ``replayed``, ``edited`` or ``removed``.
        letter: which one.
        number: its number in the store.
        more: what else to say.
    """
    names = {"bus": letter.bus, "letter": number, "consumer": letter.consumer}
    return {"event": event, **names, **described(letter.frame), **more}
