"""Messages from a STOMP broker: what was delivered, what is to be acknowledged, and what must not be delivered twice.

Rules:

* A message is acknowledged once its delivery is accepted or rejected, never before. STOMP has no way to return one: a
  released frame waits here for redelivery; at the broker it stays unacknowledged.
* Leaving unsubscribes first, so that the broker has everything again, in order, before the next consumer asks for it;
  and before that it waits until the acknowledgements are processed, where a broker needs it (``settles_late``).
* When a connection breaks, a broker that keeps the subscription redelivers what was not acknowledged, to us or to
  another member. What waited here is dropped then. What is unsettled, or was settled lately, is recognized by its
  message-id and is not delivered twice; its acknowledgement is written when it was redelivered.
* Brokers tell that a message was delivered before, but not how often, and Artemis not even that if its consumer left in
  order: what leaves here unsettled is remembered by the transport (``Attempts``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec

from cimbus.middleware.delivery import Outcome
from cimbus.middleware.net import (
    MAX_ENDED,
    Attempts,
    ConnectedConsumer,
    ConnectionLostError,
    EndedConnections,
    Item,
    NoContentError,
)
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.transport import SubscriptionSpec

from .codec import StompFrame, escape
from .connection import StompConnection
from .dialect import SEED_HEADER, StompSubscription
from .messages import StompReader

log = safe_logger("cimbus.jms")

SETTLED_LATELY: Final = 4
"""How many times the credit of settled messages are recognized after a reconnect. Our own choice: their
acknowledgements may be on the network, in the broker's memory, or on their way to its disk."""


class UnackedMessage(msgspec.Struct, eq=False):
    """One message that is not acknowledged."""

    identity: str
    ack: str
    """The id that its ACK names; empty: it came on a connection that is over."""
    outcome: Outcome | None = None
    """What the broker is to be told, once that is decided."""


class StompConsumer(ConnectedConsumer[UnackedMessage, StompConnection]):
    """The user of a consumer's connection, and the consumer itself.

    Args:
        spec: what is subscribed to.
        subscription: what that is at the broker.
        reader: makes frames of messages.
        attempts: how often messages were delivered before.
        nack: a rejected frame goes to the broker's dead letter queue.
    """

    def __init__(
        self,
        spec: SubscriptionSpec,
        subscription: StompSubscription,
        reader: StompReader,
        attempts: Attempts,
        *,
        nack: bool,
    ) -> None:
        super().__init__(spec, log)
        self.subscription = subscription
        self._reader = reader
        self._attempts = attempts
        self._nack = nack
        self._backlog = self._buffer.backlog
        self._left = False
        self._ended = EndedConnections()
        self._known: dict[str, UnackedMessage] = {}
        """What was unsettled when the connection broke, or settled just before, by identity."""
        self._acked: deque[UnackedMessage] = deque(maxlen=spec.credit)
        """What was acknowledged lately."""

    # -- the connection -----------------------------------------------------------------------------------------------

    async def connected(self, connection: StompConnection) -> None:
        """Subscribe, and make sure that a crash of the broker does not undo it.

        Raises:
            RefusedError: the broker refuses the subscription.
            ConnectionLostError: the connection ended meanwhile.
        """
        self.current.set(connection)
        await connection.ask("SUBSCRIBE", (("id", "0"), ("ack", "client-individual"), *self.subscription.subscribe))
        if self.subscription.seed:
            await connection.ask("SEND", self.subscription.seed)

    def disconnected(self, lost: ConnectionLostError) -> None:  # noqa: ARG002  # as the protocol has it
        """Wait for the next connection: what is settled meanwhile is acknowledged when it was redelivered."""
        self.current.clear()
        if self._left:
            return
        known: dict[str, UnackedMessage] = {}
        for item in self._backlog:
            item.mark.ack = ""
        if self.subscription.name:  # the broker keeps it and redelivers
            settled = (*self._known.values(), *self._acked)  # their ACK may not have reached the broker
            known.update((message.identity, message) for message in settled if message.outcome is not None)
            for identity in list(known)[: -SETTLED_LATELY * self.spec.credit]:
                del known[identity]
            known.update((item.mark.identity, item.mark) for item in self._backlog.holds.values())
            self._backlog.drop_waiting(lambda item: item.mark.outcome is None)
        self._acked.clear()
        self._known = known

    def received(self, frames: Sequence[StompFrame]) -> None:
        """Take messages."""
        if self._buffer.closed:
            return  # they stay with the broker
        for message in frames:
            if message.fatal:  # it ends this connection, and would end the next one
                if not self._ended.ended(self._reader.dialect.identity(message.headers)):
                    continue
                message.defect += f"; it ended {MAX_ENDED} connections in a row"
            self._take(message)
        if self._backlog.waiting:
            self._buffer.look()

    def _take(self, message: StompFrame) -> None:
        headers = message.headers
        identity = self._reader.dialect.identity(headers)
        mark = UnackedMessage(identity, headers.get("ack", ""))
        if SEED_HEADER in headers:
            self._write_ack(mark, "ACK")
            return
        if self._known and (known := self._known.pop(identity, None)) is not None:
            known.ack = mark.ack
            if known.outcome is not None:
                self._acknowledge(known, known.outcome)
            return
        try:
            frame = self._reader.read(message)
        except NoContentError as exc:
            self._count_returned(headers.get("destination", ""), exc)
            if self._reader.dialect.nack_keeps:
                self._write_ack(mark, "NACK")
            return  # else it stays with the broker, unacknowledged, until we have left
        except Exception as exc:  # noqa: BLE001  # whatever one message does to us, the next one is received
            self._acknowledge(mark, Outcome.ACCEPTED)
            self._count_skipped(headers.get("destination", ""), exc)
            return
        if not self._matches(frame.topic):
            self._acknowledge(mark, Outcome.ACCEPTED)
            return
        seen = self._attempts.take(self.subscription.name, identity)
        attempt = max(seen + 1, 2 if headers.get("redelivered") == "true" else 1)
        self._backlog.put(frame, mark, attempt=attempt, defect=message.defect)
        if message.fatal:  # the last chance to acknowledge it; the backlog keeps what has an outcome
            self._acknowledge(mark, Outcome.REJECTED)

    async def leave(self, connection: StompConnection) -> None:
        """Return everything unsettled to the broker.

        Raises:
            RefusedError: others still use what would end with us otherwise.
            ConnectionLostError: the connection ended meanwhile.
        """
        self._left = True
        if self._reader.dialect.settles_late:
            # an empty transaction: its receipt says that the acknowledgements before it were processed
            connection.write(b"BEGIN\ntransaction:settled\n\n\0")
            await connection.ask("ABORT", (("transaction", "settled"),))
        await connection.ask("UNSUBSCRIBE", (("id", "0"),))
        if self.subscription.name:
            for item in self._backlog.holds.values():
                self._attempts.note(self.subscription.name, item.mark.identity, item.attempt)
        if self.subscription.forget:
            await connection.ask("UNSUBSCRIBE", self.subscription.forget)

    # -- settling -----------------------------------------------------------------------------------------------------

    def _settled(self, item: Item[UnackedMessage], outcome: Outcome) -> None:
        self._acknowledge(item.mark, outcome)

    def _acknowledge(self, message: UnackedMessage, outcome: Outcome) -> None:
        """Tell the broker that a message is settled: now, or as soon as it was redelivered."""
        message.outcome = outcome
        if message.ack and self.current.connection is not None:
            self._acked.append(message)
            self._write_ack(message, "NACK" if self._nack and outcome is Outcome.REJECTED else "ACK")
        elif self.subscription.name and message.identity:
            self._known[message.identity] = message

    def _write_ack(self, message: UnackedMessage, command: str) -> None:
        if self.current.connection is not None:
            self.current.connection.write(f"{command}\nid:{escape(message.ack)}\n\n\0".encode(), self._acks_together)
