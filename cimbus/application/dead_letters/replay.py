"""Dead letters are handled again by the consumer that gave up, and by no other one.

The store says which letters are wanted; the running consumer takes them from it. A letter leaves the store when it has
been handled, so that a process that dies in the middle loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import anyio

from cimbus.errors import CimbusError
from cimbus.middleware.delivery import Delivery, Outcome
from cimbus.middleware.expiry import without_expiration
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import ThrottledLog
from cimbus.middleware.safe_log import safe_logger

from .letter import DeadLetter
from .store import DeadLetters

log: Final = safe_logger("cimbus")

POLL: Final = 0.5
"""How often a consumer looks whether its store has changed, in seconds: one look at a file's time, and soon enough for
the person at the terminal who waits for it."""


class LetterReplay:
    """Gives a consumer those of its dead letters that are wanted again.

    >>> from datetime import UTC, datetime
    >>> from cimbus import Topic
    >>> async def main():
    ...     letters, handled = DeadLetters(), anyio.Event()
    ...     frame = Frame(topic=Topic("production", "events", "MeterReadings", "created"), body=b"<x/>")
    ...     now = datetime.now(UTC)
    ...     await letters.add(DeadLetter(time=now, reason="no meter", attempts=5, consumer="OMS", frame=frame))
    ...     await letters.request_replay(1)
    ...     def handle(delivery):
    ...         print("again:", delivery.token.reason, delivery.value.body)
    ...         delivery.accept()
    ...         handled.set()
    ...     async with anyio.create_task_group() as tasks:
    ...         tasks.start_soon(LetterReplay(letters, "OMS", "", handle).run)
    ...         await handled.wait()
    ...         tasks.cancel_scope.cancel()
    ...     print(await letters.letters())
    >>> anyio.run(main)
    again: no meter b'<x/>'
    []

    Args:
        letters: the store.
        consumer: its name in the store.
        bus: the bus's name in the store.
        handle: takes a delivery, whose ``token`` is the letter, and settles it some time.
        changed: called at the beginning, and when the store has changed.
    """

    def __init__(
        self,
        letters: DeadLetters,
        consumer: str,
        bus: str,
        handle: Callable[[Delivery[Frame]], object],
        changed: Callable[[set[str]], object] | None = None,
    ) -> None:
        self._letters = letters
        self._consumer = consumer
        self._bus = bus
        self._handle = handle
        self._changed = changed
        self._taken: set[int] = set()
        self._settled: list[tuple[int, Outcome]] = []
        self._wake = anyio.Event()
        self._throttled = ThrottledLog(log)

    async def run(self) -> None:
        """Give the consumer what is wanted, until cancelled; what is not settled then is kept as before."""
        seen: object = None
        try:
            while True:
                try:
                    await self._conclude()
                    version = self._letters.version
                    if version != seen:
                        await self._look()
                        seen = version
                except CimbusError as error:
                    self._throttled.warning("%s cannot look for letters to handle again: %s", self._consumer, error)
                with anyio.move_on_after(POLL):
                    await self._wake.wait()
                self._wake = anyio.Event()
        finally:
            with anyio.move_on_after(POLL, shield=True):
                await self._give_up()

    async def has(self, key: str) -> bool:
        """Return whether there is a letter with this key now; where the store cannot be read, it is taken as there."""
        try:
            return key in await self._letters.keys(self._consumer, self._bus)
        except CimbusError as error:
            self._throttled.warning("%s cannot look for letters: %s", self._consumer, error)
            return True

    async def _look(self) -> None:
        for letter in await self._letters.take_requested(self._consumer, self._bus):
            self._taken.add(letter.id)
            self._handle(Delivery(without_expiration(letter.frame), self._settle, attempt=1, token=letter))
        if self._changed is not None:
            self._changed(await self._letters.keys(self._consumer, self._bus))

    def _settle(self, delivery: Delivery[Frame], outcome: Outcome) -> None:
        letter = delivery.token
        assert isinstance(letter, DeadLetter)  # noqa: S101  # for the type checker: ``_look`` has put it there
        self._settled.append((letter.id, outcome))
        self._wake.set()

    async def _conclude(self) -> None:
        """Remove the letters that were handled; those that failed again are in the store as such already."""
        while self._settled:
            number, outcome = self._settled[0]
            if outcome is Outcome.ACCEPTED:
                await self._letters.remove(number)
                log.info("%s: dead letter %d is handled", self._consumer, number)
            elif outcome is Outcome.RELEASED:
                await self._letters.release(number)
            self._settled.pop(0)
            self._taken.discard(number)

    async def _give_up(self) -> None:
        """Leave the store as it was; raise nothing in place of a cancellation: the letters are kept in any case."""
        try:
            await self._conclude()
            for number in sorted(self._taken):
                await self._letters.release(number)
        except CimbusError as error:
            self._throttled.warning("%s cannot conclude its letters: %s", self._consumer, error)
