"""Messages from the broker: what was delivered, what is to be acknowledged, and what must not be delivered twice.

Rules:

* A message is acknowledged once its delivery is accepted or rejected, never before. STOMP cannot give back: a released
  frame rests here and goes again; at the broker it stays unacknowledged.
* Leaving unsubscribes first, so that the broker has everything again, in order, before the next one asks for it; and
  before that it waits until what was settled is settled, where a broker needs it (``settles_late``).
* When a connection breaks, a broker that keeps the subscription sends again what was not acknowledged, to us or to
  another member. What waited here is dropped then. What is in hand, or was settled of late, is known again by its
  message-id and is not delivered twice; its acknowledgement goes out when it has come again.
* Brokers say of a message that it came before, but not how often, and Artemis not even that if its consumer left in
  order: what leaves here unsettled is remembered by the transport (``Attempts``).
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec

from cimbus.delivery import Delivery, Outcome
from cimbus.frame import Frame
from cimbus.net import Item, Receiver, Seldom
from cimbus.transport import Intake
from cimbus_jms.presence import Presence
from cimbus_jms.session import Lost

from .codec import Frame as Wire
from .codec import escape
from .dialect import FOUNDING, Subscription
from .handler import Line
from .messages import Reader

log = logging.getLogger("cimbus.jms")

REMEMBERED: Final = 10_000


class Attempts:
    """How often messages were delivered that left unsettled, by subscription and message; the oldest are forgotten."""

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._counts: dict[tuple[str, str], int] = {}

    def note(self, name: str, identity: str, count: int) -> None:
        """Remember a message that was delivered ``count`` times."""
        self._counts.pop((name, identity), None)
        self._counts[name, identity] = count
        if len(self._counts) > self._limit:
            del self._counts[next(iter(self._counts))]

    def take(self, name: str, identity: str) -> int:
        """Return how often it was delivered, and forget it."""
        return self._counts.pop((name, identity), 0) if self._counts else 0


class Mark(msgspec.Struct, eq=False):
    """One message that is not acknowledged."""

    identity: str
    ack: str
    """What the broker wants to hear of it; empty: it came on a connection that is over."""
    outcome: Outcome | None = None
    """What is to be said of it, once that is decided."""


class StompInbox:
    """The handler of an inbox's connection, and the inbox.

    Args:
        nack: a rejected frame goes to the broker's dead letter queue.
    """

    def __init__(
        self, intake: Intake, subscription: Subscription, reader: Reader, attempts: Attempts, *, nack: bool
    ) -> None:
        self.intake = intake
        self.subscription = subscription
        self.skipped = 0
        """How many messages were skipped because they are not ours to read."""
        self._reader = reader
        self._attempts = attempts
        self._nack = nack
        self._receiver: Receiver[Mark] = Receiver(intake.credit, self._settled)
        self._backlog = self._receiver.backlog
        self.presence: Presence[Line] = Presence()
        self._left = False
        self._transaction = ""
        self._joined: list[Item[Mark]] = []
        """What was accepted in the transaction that is under way."""
        self._known: dict[str, Mark] = {}
        """What was in hand when the connection broke, or just settled, by identity."""
        self._acked: deque[Mark] = deque(maxlen=intake.credit)
        """What was acknowledged of late."""
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

    # -- the connection -------------------------------------------------------------------------------------------

    async def connected(self, line: Line) -> None:
        """Subscribe, and make sure that a crash of the broker does not undo it.

        Raises:
            Refused: the broker does not let us.
            Lost: the connection ended meanwhile.
        """
        self.presence.come(line)
        await line.ask("SUBSCRIBE", (("id", "0"), ("ack", "client-individual"), *self.subscription.subscribe))
        if self.subscription.found:
            await line.ask("SEND", self.subscription.found)

    def disconnected(self, lost: Lost) -> None:  # noqa: ARG002  # why does not matter
        """Wait for the next connection: what is settled meanwhile is acknowledged when it has come again."""
        self.presence.go()
        if self._left:
            return
        kept = bool(self.subscription.name)
        known: dict[str, Mark] = {}
        for item in self._backlog:
            item.mark.ack = ""
        if kept:
            settled = (*self._known.values(), *self._acked)  # the broker may not have heard of it
            known.update((mark.identity, mark) for mark in settled if mark.outcome is not None)
            for identity in list(known)[: -4 * self.intake.credit]:
                del known[identity]
            known.update((item.mark.identity, item.mark) for item in self._backlog.holds.values())
            self._backlog.drop_waiting()
        self._acked.clear()
        self._known = known

    def messages(self, frames: Sequence[Wire]) -> None:
        """Take what came."""
        if self._receiver.closed:
            return  # it stays with the broker
        for wire in frames:
            self._message(wire)
        if self._backlog.waiting:
            self._receiver.look()

    def _message(self, wire: Wire) -> None:
        headers = wire.headers
        identity = self._reader.dialect.identity(headers)
        mark = Mark(identity, headers.get("ack", ""))
        if FOUNDING in headers:
            if self.presence.line is not None:  # else it comes again, and does no harm
                self.presence.line.write(f"ACK\nid:{escape(mark.ack)}\n\n\0".encode())
            return
        if self._known and (old := self._known.pop(identity, None)) is not None:
            old.ack = mark.ack
            if old.outcome is not None:
                self._acknowledge(old, old.outcome)
            return
        try:
            frame = self._reader.read(wire)
        except ValueError as exc:
            self._skip(mark, headers.get("destination", ""), exc)
            return
        topic = frame.topic
        for pattern in self.intake.patterns:
            if pattern.matches(topic):
                break
        else:
            self._acknowledge(mark, Outcome.ACCEPTED)
            return
        seen = self._attempts.take(self.subscription.name, identity)
        attempt = max(seen + 1, 2 if headers.get("redelivered") == "true" else 1)
        self._backlog.put(frame, mark, attempt=attempt)

    def _skip(self, mark: Mark, destination: str, why: ValueError) -> None:
        """Settle a message that is not ours; log it, but not a thousand times a second."""
        self.skipped += 1
        self._acknowledge(mark, Outcome.ACCEPTED)
        self._seldom.warning("skipped a message sent to %r: %s (%d in all)", destination, why, self.skipped)

    def receipt(self, receipt: str) -> None:
        """Take nothing: every receipt is waited for."""

    async def leave(self, line: Line) -> None:
        """Give everything back that is not settled.

        Raises:
            Refused: others still use what would else end with us.
            Lost: the connection ended meanwhile.
        """
        self._left = True
        if self._reader.dialect.settles_late:
            line.write(b"BEGIN\ntransaction:settled\n\n\0")
            await line.ask("ABORT", (("transaction", "settled"),))
        await line.ask("UNSUBSCRIBE", (("id", "0"),))
        if self.subscription.name:
            for item in self._backlog.holds.values():
                self._attempts.note(self.subscription.name, item.mark.identity, item.attempt)
        if self.subscription.forget:
            await line.ask("UNSUBSCRIBE", self.subscription.forget)

    # -- transactions ---------------------------------------------------------------------------------------------

    @property
    def joined(self) -> bool:
        """Whether a transaction is under way."""
        return bool(self._transaction)

    def join(self, transaction: str) -> None:
        """Let what is accepted from now on be part of a transaction."""
        self._transaction = transaction

    def part(self, *, undo: bool) -> bool:
        """End that; ``undo``: deliver again what was accepted. Return whether anything has to be undone."""
        items, self._joined, self._transaction = self._joined, [], ""
        for item in items if undo else ():
            item.mark.outcome = None
            if not self.subscription.name:  # nobody else will bring it
                self._backlog.holds[item.number] = item
                self._backlog.release(item, time.monotonic())
                self._receiver.look()
        return undo and bool(items)

    # -- settling -------------------------------------------------------------------------------------------------

    def _settled(self, item: Item[Mark], outcome: Outcome) -> None:
        if self._transaction and outcome is Outcome.ACCEPTED:
            self._joined.append(item)
        self._acknowledge(item.mark, outcome)

    def _acknowledge(self, mark: Mark, outcome: Outcome) -> None:
        """Say that a message need not come again: now, or as soon as it has come again."""
        mark.outcome = outcome
        line = self.presence.line
        if mark.ack and line is not None:
            word = "NACK" if self._nack and outcome is Outcome.REJECTED else "ACK"
            within = f"transaction:{self._transaction}\n" if self._transaction and outcome is Outcome.ACCEPTED else ""
            self._acked.append(mark)
            line.write(f"{word}\nid:{escape(mark.ack)}\n{within}\n\0".encode())
        elif self.subscription.name and mark.identity:
            self._known[mark.identity] = mark
