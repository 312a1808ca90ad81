"""Frames from the broker: what was delivered, what is to be settled, and what must not be delivered twice.

Rules:

* A message is settled at the broker once its delivery is accepted or rejected, never before. A released frame rests
  here and goes again; at the broker it stays unsettled.
* Link credit is the intake's: what the broker has sent and we have not settled is never more.
* Leaving gives back: what somebody had in hand, as a delivery that failed, so that the next consumer knows
  (delivery-count), but only up to ``COUNTED`` times, for a broker puts aside what fails too often, and a consumer that
  leaves is no reason to; everything else as it was. Both keep their order.
* A broker may count a lost connection as a failed delivery of all that was on its way (Artemis does, mostly), and
  nothing that a client can say takes that back: it is told in the log. The cure is in the broker's configuration.
* When a connection breaks, the broker sends again what was not settled. What waited here is dropped then, unless the
  subscription ended with the connection. What is in hand is known again by its message-id and not delivered twice; its
  outcome goes out when it has come again.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

from cimbus.delivery import Delivery, Outcome
from cimbus.errors import UsageError
from cimbus.frame import Frame
from cimbus.naming import Naming
from cimbus.net import Item, Receiver, Seldom
from cimbus.transport import Intake
from cimbus_jms.presence import Presence
from cimbus_jms.session import Lost, Refused

from .ends import ACCEPTED, REJECTED, Inlet, Source
from .handler import Line
from .ledger import Ledger, Mark, Part
from .mapping import Arrived, NotOursError, read_message
from .native import Handle
from .values import MalformedError

log = logging.getLogger("cimbus.jms")

WILD: Final = ("*", "#", ">")
"""What an address has that is not the name of one destination."""
COUNTED: Final = 3
"""How many failed deliveries of a message we count at the broker; brokers put aside after 6 or 10."""
WORRYING: Final = 5
"""After how many failed deliveries of a message we say that the broker will put it aside."""


class AmqpInbox:
    """The handler of an inbox's connection, and the inbox.

    Args:
        nack: a rejected frame is rejected at the broker, too, which puts it into its own dead letters.
    """

    def __init__(self, intake: Intake, naming: Naming, source: Source, name: str, *, nack: bool) -> None:
        self.intake = intake
        self.skipped = 0
        """How many messages were skipped because they are not ours to read."""
        self._naming = naming
        self._source = source
        self._name = name
        self._rejection = REJECTED if nack else ACCEPTED
        self._receiver: Receiver[Mark] = Receiver(intake.credit, self._settled)
        self.presence: Presence[Line] = Presence()
        self._inlet: Inlet | None = None
        self._begun = False
        self._ledger = Ledger(intake.credit)
        self._seldom = Seldom(log)

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the inbox was closed, or its subscription cannot be kept (the reason is said).
        """
        return await self._receiver.receive()

    def close(self, reason: str = "the inbox is closed") -> None:
        """End every receive, now and later."""
        self._receiver.close(reason)
        self.presence.close(reason)

    # -- the connection -----------------------------------------------------------------------------------------------

    async def connected(self, line: Line) -> None:
        """Subscribe.

        Raises:
            Refused: the broker does not let us hear this.
            Lost: the connection ended meanwhile.
        """
        self._ledger.begin()
        inlet = line.engine.inlet(self._name, self._source, self, credit=self.intake.credit)
        self._inlet = inlet
        self._begun = False
        self.presence.come(line)
        try:
            await line.attached(inlet)
        except Refused as exc:
            hint = " (the members of a group have the same patterns and selector)" if self.intake.group else ""
            raise Refused(f"the subscription {self._name!r} at {self._source.address!r}: {exc}{hint}") from exc
        self._begun = True

    def disconnected(self) -> None:
        """Wait for the next connection: no handle is good any more."""
        if self._inlet is None:
            return
        self._inlet = None
        self.presence.go()
        backlog = self._receiver.backlog
        if self.intake.durable:
            while backlog.oldest is not None:
                backlog.drop_oldest()  # it comes again, here or at another member
        self._ledger.lost(item.mark for item in backlog)

    def look(self) -> None:
        """See whether the link is still there.

        Raises:
            Lost: the broker has ended it.
        """
        inlet = self._inlet
        if inlet is not None and self._begun and inlet.fault is not None and not inlet.ending:
            raise Lost(f"the broker ended the subscription: {inlet.fault}")

    def arrived(self, letters: Sequence[tuple[Handle, bytes]]) -> None:
        """Take messages."""
        if self._receiver.closed:
            return  # they stay with the broker
        backlog = self._receiver.backlog
        for handle, data in letters:
            try:
                message = read_message(data)
                frame = self._frame(message)
            except (ValueError, MalformedError) as exc:
                self._skip(handle, exc)
                continue
            if frame is None:
                self._ledger.note(Mark(handle, None, 0), ACCEPTED)
            elif not self._ledger.again(message.message_id, handle):
                if message.failures >= WORRYING:
                    self._worry(message.failures)
                mark = Mark(handle, message.message_id, message.failures)
                backlog.put(frame, mark, attempt=message.failures + 1)
        self._receiver.look()

    def _frame(self, message: Arrived) -> Frame | None:
        """Make a frame of a message; None if it is not for us.

        Raises:
            ValueError: it cannot be.
        """
        address = message.address or self._source.address
        if not message.address and any(mark in address for mark in WILD):
            raise NotOursError("the message does not say where it was sent to (properties.to)")
        topic = self._naming.topic(address, message.properties)
        if not any(pattern.matches(topic) for pattern in self.intake.patterns):
            return None
        return Frame(topic=topic, body=message.body, properties=message.properties)

    def _skip(self, handle: Handle, error: Exception) -> None:
        """Let a message go that is not ours to read."""
        self.skipped += 1
        outcome = ACCEPTED if isinstance(error, NotOursError) else self._rejection
        self._ledger.note(Mark(handle, None, 0), outcome)
        self._seldom.warning("skipped a message at %r: %s (%d in all)", self._source.address, error, self.skipped)

    def _worry(self, failures: int) -> None:
        """Say that a broker counts lost connections against messages."""
        self._seldom.warning(
            "a message of %r comes after %d failed deliveries: the broker counts lost connections as such, too, and "
            "puts it into its dead letters soon; there, set max-delivery-attempts to -1",
            self._name,
            failures,
        )

    # -- settling -----------------------------------------------------------------------------------------------------

    def _settled(self, item: Item[Mark], outcome: Outcome) -> None:
        self._ledger.note(item.mark, ACCEPTED if outcome is Outcome.ACCEPTED else self._rejection)
        if self.presence.line is not None:
            self.presence.line.wake()

    def write(self) -> None:
        """Say what was settled, and give credit back."""
        inlet = self._inlet
        if inlet is not None:
            self._ledger.write(inlet)
            if not self._receiver.closed:
                self._ledger.pay(inlet)

    @contextmanager
    def within(self, transaction: bytes) -> Generator[None]:
        """Have what is settled in the block be part of a transaction.

        Raises:
            UsageError: the inbox is part of one already.
        """
        if self._ledger.part is not None:
            raise UsageError("this inbox is part of a transaction already")
        self.write()
        self._ledger.part = Part(transaction, [])
        try:
            yield
        finally:
            self.write()
            self._ledger.leave()

    async def leave(self) -> None:
        """Settle what was noted, give the rest back, and end the link."""
        line, inlet = self.presence.line, self._inlet
        if line is None or inlet is None or inlet.fault is not None:
            return
        self.write()
        if self.intake.group:
            backlog = self._receiver.backlog
            for item in sorted(backlog, key=lambda item: item.number):
                mark = item.mark
                in_hand = item.number in backlog.holds or item.attempt > mark.failures + 1
                if in_hand and mark.handle is not None and mark.failures < COUNTED:
                    inlet.give_back(mark.handle, count=True)
                    mark.handle = None
        if self.intake.durable:
            inlet.detach()
        else:
            inlet.close()
        await line.ended(inlet)
