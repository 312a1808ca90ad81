"""Frames from an AMQP broker: what was delivered, what is to be settled, and what must not be delivered twice.

Rules:

* A message is settled at the broker once its delivery is accepted or rejected, never before. A released frame waits
  here for redelivery; at the broker it stays unsettled.
* Link credit is that of the subscription: what the broker has sent and we have not settled is never more.
* Leaving returns what is unsettled to the broker, in order: what was handed over as a delivery that failed, so that the
  next consumer learns of it (delivery-count), but only up to ``MAX_COUNTED`` times, for a broker dead-letters what
  fails too often, and a consumer that leaves is no reason for that; everything else as it was.
* A broker may count a lost connection as a failed delivery of all that was on its way (Artemis does, mostly), and
  nothing that a client can send undoes that: a warning is logged. The cure is in the broker's configuration.
* When a connection breaks, the broker redelivers what was not settled. What waited here is dropped then, unless the
  subscription ended with the connection. What is unsettled is recognized by its message-id and not delivered twice; its
  outcome is written when it was redelivered.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

import msgspec

from cimbus.middleware.delivery import Outcome
from cimbus.middleware.frame import Frame
from cimbus.middleware.group import patterns_digest
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import ConnectedConsumer, ConnectionLostError, Item, NoContentError, RefusedError, covering
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.transport import SubscriptionSpec
from cimbus_jms.selector import selector_of

from .connection import AmqpConnection
from .jms_mapping import ReceivedMessage, UnsupportedMessageError, read_message
from .links import ACCEPTED, MODIFIED, REJECTED, ReceiverLink, Source
from .proton_names import Handle
from .settlements import Settlements, UnsettledMessage

log = safe_logger("cimbus.jms")
ENVELOPE: Final = 256 * 1024
"""How much larger than its body a message may be, in bytes: what the head of a STOMP frame may have, too."""
TOO_LARGE: Final = "amqp:link:message-size-exceeded"
"""Why a broker ends a link for which it has a message above its max-message-size (2.8.18)."""
WILDCARDS: Final = ("*", "#", ">")
"""What an address contains that is not the name of one destination, at ActiveMQ and Artemis."""
MAX_COUNTED: Final = 3
"""How many failed deliveries of a message we count at the broker: half of what the strictest one known dead-letters
after (ActiveMQ Classic: 6; Artemis: 10)."""
MAX_RETURNED: Final = 10
"""After how many failed deliveries a message without content is dead-lettered: Artemis's max-delivery-attempts."""
WARN_AFTER: Final = 5
"""After how many failed deliveries of a message we warn that the broker will dead-letter it: the last time below 6."""


def source_of(spec: SubscriptionSpec, naming: Naming, selector: str = "") -> Source:
    """Return what to subscribe to; ``selector`` is one of the user's, and applies besides ours.

    Several patterns are one source (``cimbus_jms.selector``). A group is a shared subscription of its name, global to
    the broker (capabilities ``shared`` and ``global``): its members have nothing else in common.

    >>> from cimbus.interface.topic import Pattern
    >>> from cimbus_jms.destinations import ARTEMIS_NAMING
    >>> spec = SubscriptionSpec(patterns=(Pattern(context="production"),), group="oms", durable=True)
    >>> source_of(spec, ARTEMIS_NAMING).address, source_of(spec, ARTEMIS_NAMING).capabilities
    ('PRODUCTION.#', ('topic', 'shared', 'global'))
    """
    return Source(
        address=naming.filter(covering(spec.patterns)),
        capabilities=("topic", "shared", "global") if spec.group else ("topic",),
        durable=spec.durable,
        selector=selector_of(spec.patterns, naming, selector),
    )


def name_of(spec: SubscriptionSpec) -> str:
    """Return the name of the subscription: the group's with a digest of its patterns, or a unique one."""
    return f"{spec.group}-{patterns_digest(spec.patterns)}" if spec.group else f"cimbus-{uuid.uuid4().hex}"


class AmqpConsumer(ConnectedConsumer[UnsettledMessage, AmqpConnection]):
    """The user of a consumer's connection, and the consumer itself.

    Args:
        spec: what is subscribed to.
        naming: how topics are read.
        source: what that is at the broker.
        name: of the subscription there.
        nack: a rejected frame is rejected at the broker, too, which puts it into its own dead letters.
        max_body: the largest body, in bytes.
    """

    def __init__(
        self, spec: SubscriptionSpec, naming: Naming, source: Source, name: str, *, nack: bool, max_body: int
    ) -> None:
        super().__init__(spec, log)
        self._naming = naming
        self._source = msgspec.structs.replace(source, max_message=max_body + ENVELOPE)
        self._name = name
        self._rejection = REJECTED if nack else ACCEPTED
        self._link: ReceiverLink | None = None
        self._attached = False
        """Whether the broker has accepted the link of this connection."""
        self._settlements = Settlements(spec.credit)
        self._max_body = max_body

    # -- the connection -----------------------------------------------------------------------------------------------

    async def connected(self, connection: AmqpConnection) -> None:
        """Subscribe.

        Raises:
            RefusedError: the broker refuses the subscription.
            ConnectionLostError: the connection ended meanwhile.
        """
        self._settlements.begin()
        link = connection.engine.receiver_link(self._name, self._source, self, credit=self.spec.credit)
        self._link = link
        self._attached = False
        self.current.set(connection)
        try:
            await connection.attached(link)
        except RefusedError as exc:
            hint = " (the members of a group have the same selector)" if self.spec.group else ""
            raise RefusedError(f"the subscription {self._name!r} at {self._source.address!r}: {exc}{hint}") from exc
        self._attached = True

    def disconnected(self, lost: ConnectionLostError) -> None:  # noqa: ARG002  # as the protocol has it
        """Wait for the next connection: no handle is valid any more."""
        if self._link is None:
            return
        self._link = None
        self.current.clear()
        backlog = self._buffer.backlog
        if self.spec.durable:
            while backlog.oldest is not None:
                backlog.drop_oldest()  # it is redelivered, here or to another member
        self._settlements.lost(item.mark for item in backlog)

    def check_links(self) -> None:
        """See whether the link is still there.

        Raises:
            ConnectionLostError: the broker has ended it.
        """
        link = self._link
        if link is not None and self._attached and link.fault is not None and not link.ending:
            if link.fault.condition == TOO_LARGE:  # it would end each link: the message comes, and is dropped here
                self._source = msgspec.structs.replace(self._source, tells_limit=False)
            raise ConnectionLostError(f"the broker ended the subscription: {link.fault}")

    def arrived(self, messages: Sequence[tuple[Handle, bytes]]) -> None:
        """Take messages."""
        if self._buffer.closed:
            return  # they stay with the broker
        for handle, data in messages:
            cut = len(data) > self._source.max_message
            try:
                message = read_message(data, cut=cut)
                frame = self._frame(message)
            except NoContentError as exc:
                self._return(handle, exc)
                continue
            except Exception as exc:  # noqa: BLE001  # whatever one message does to us, the next one is received
                outcome = ACCEPTED if isinstance(exc, UnsupportedMessageError) else self._rejection
                self._settlements.note(UnsettledMessage(handle, None, 0), outcome)
                self._count_skipped(self._source.address, exc)
                continue
            if frame is None:
                self._settlements.note(UnsettledMessage(handle, None, 0), ACCEPTED)
            elif not self._settlements.redelivered(message.message_id, handle):
                if message.failures >= WARN_AFTER:
                    self._warn(message.failures)
                if message.left_out:
                    self._count_left_out(message.address, "an application property that is not named by text")
                mark = UnsettledMessage(handle, message.message_id, message.failures)
                defect = self._defect(message, cut=cut)
                self._buffer.backlog.put(frame, mark, attempt=message.failures + 1, defect=defect)
        self._buffer.look()

    def _return(self, handle: Handle, exc: NoContentError) -> None:
        """Return a message that has lost its content as a delivery that failed: the next one may bring it.

        The broker dead-letters it after its attempts. Where it has no limit, or does not tell how many there were, one
        of ``MAX_RETURNED`` is rejected, which does the same.
        """
        self._count_returned(self._source.address, exc)
        last = exc.failures + 1 >= MAX_RETURNED or self.returned % MAX_RETURNED == 0
        self._settlements.note(UnsettledMessage(handle, None, 0), REJECTED if last else MODIFIED)

    def _frame(self, message: ReceivedMessage) -> Frame | None:
        """Make a frame of a message; None if it is not for this consumer.

        Raises:
            ValueError: that cannot be done.
        """
        address = message.address or self._source.address
        if not message.address and any(mark in address for mark in WILDCARDS):
            raise UnsupportedMessageError("the message does not say where it was sent to (properties.to)")
        topic = self._naming.topic(address, message.properties)
        if not self._matches(topic):
            return None
        body = message.body if len(message.body) <= self._max_body else b""
        return Frame(topic=topic, body=body, properties=message.properties)

    def _defect(self, message: ReceivedMessage, *, cut: bool) -> str:
        """Say why a message is too large; empty: it is not."""
        if not cut and len(message.body) <= self._max_body:
            return ""
        size = f"more than {self._source.max_message} octets in all" if cut else f"{len(message.body)} octets"
        return f"a body of {size}; the limit is {self._max_body} (?max_body=)"

    def _warn(self, failures: int) -> None:
        """Warn that a broker counts lost connections against messages."""
        self._throttled.warning(
            "deliveries of a message of %r failed %d times: the broker counts lost connections, too, and dead-letters "
            "it soon; there, set max-delivery-attempts to -1",
            self._name,
            failures,
        )

    # -- settling -----------------------------------------------------------------------------------------------------

    def _settled(self, item: Item[UnsettledMessage], outcome: Outcome) -> None:
        self._settlements.note(item.mark, ACCEPTED if outcome is Outcome.ACCEPTED else self._rejection)
        if self.current.connection is not None:
            self.current.connection.wake()

    def write(self) -> None:
        """Write what was settled, and give credit back."""
        link = self._link
        if link is not None:
            self._settlements.write(link)
            if not self._buffer.closed:
                self._settlements.replenish(link)

    def accept_within(self, items: Sequence[Item[UnsettledMessage]], transaction: bytes) -> bool:
        """Accept deliveries as part of a transaction; return False if one of them came on another connection."""
        messages = [item.mark for item in items]
        if self._link is None or any(message.handle is None for message in messages):
            return False
        self._settlements.accept_within(messages, transaction, self._link)
        return True

    async def leave(self, connection: AmqpConnection) -> None:
        """Write what was settled, return the rest to the broker, and end the link."""
        link = self._link
        if link is None or link.fault is not None:
            return
        self.write()
        if self.spec.group:
            backlog = self._buffer.backlog
            for item in sorted(backlog, key=lambda item: item.number):
                mark = item.mark
                handed_over = item.number in backlog.holds or item.attempt > mark.failures + 1
                if handed_over and mark.handle is not None and mark.failures < MAX_COUNTED:
                    link.release(mark.handle, count=True)
                    mark.handle = None
        if self.spec.durable:
            link.detach()
        else:
            link.close()
        await connection.ended(link)
