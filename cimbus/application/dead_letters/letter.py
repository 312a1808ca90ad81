"""A dead letter: a message that its consumer could not handle, with what happened to it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from cimbus.middleware.frame import Frame

State = Literal["kept", "requested", "taken"]
"""What a letter is: kept; to be handled again by its consumer; or being handled again."""


class FailedAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to handle a message.

    >>> from datetime import UTC
    >>> FailedAttempt(time=datetime(2026, 3, 1, tzinfo=UTC), attempt=1, error="LookupError: no such meter").attempt
    1

    Attributes:
        time: when it failed; aware.
        attempt: its number, from 1.
        error: the exception's class and text.
    """

    time: datetime
    attempt: int
    error: str


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One message that could not be handled.

    >>> import anyio
    >>> from datetime import UTC
    >>> from cimbus import DeadLetters, Topic
    >>> async def main():
    ...     letters = DeadLetters()
    ...     frame = Frame(topic=Topic("production", "events", "MeterReadings", "created"), body=b"<x/>")
    ...     now = datetime.now(UTC)
    ...     await letters.add(DeadLetter(time=now, reason="no message", attempts=1, consumer="OMS", frame=frame))
    ...     for letter in await letters.letters():
    ...         print(letter.id, letter.consumer, letter.reason, letter.frame.body)
    >>> anyio.run(main)
    1 OMS no message b'<x/>'

    Attributes:
        id: the store's number, 0 before it is kept.
        time: when it became a dead letter; aware.
        reason: the last error, as text.
        attempts: how often it was tried.
        consumer: the group that could not handle it.
        frame: what was delivered, with topic, properties and octets.
        bus: which bus it came from: its URL without user, password and options; empty if that has none.
        errors: every attempt that failed, where more is known than ``reason``.
        state: whether it is to be handled again.
        original: the octets that were delivered, if the body was edited.
    """

    id: int = 0
    time: datetime
    reason: str
    attempts: int
    consumer: str
    frame: Frame
    bus: str = ""
    errors: tuple[FailedAttempt, ...] = ()
    state: State = "kept"
    original: bytes | None = None


class DeadLetterFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which letters: those that fit all that is given.

    >>> DeadLetterFilter(noun="EndDeviceEvents").consumer is None
    True

    Attributes:
        consumer: the group that could not handle it.
        noun: of the topic.
        key: of the topic.
        error: a part of ``reason``, upper and lower case the same.
        before: became a dead letter earlier than this; aware.
        bus: where it came from, as ``DeadLetter.bus`` has it; letters of no known bus fit, too.
        state: see ``DeadLetter``.
    """

    consumer: str | None = None
    noun: str | None = None
    key: str | None = None
    error: str | None = None
    before: datetime | None = None
    bus: str | None = None
    state: State | None = None

    def fits(self, letter: DeadLetter) -> bool:
        """Return whether a letter fits."""
        topic = letter.frame.topic
        return (
            self.consumer in (None, letter.consumer)
            and self.noun in (None, topic.noun)
            and self.key in (None, topic.key)
            and self.state in (None, letter.state)
            and (self.bus is None or letter.bus in (self.bus, ""))
            and (self.error is None or self.error.lower() in letter.reason.lower())
            and (self.before is None or letter.time < self.before)
        )


EVERY = DeadLetterFilter()
"""All letters."""
