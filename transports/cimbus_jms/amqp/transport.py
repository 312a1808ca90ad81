"""``AmqpTransport``: one connection for sending, one for each consumer.

Rules:

* A private consumer is a subscription that ends with its link. A group is a shared subscription of its name and a
  digest of its patterns; a durable one stays at the broker when its members leave. The broker keeps the frames of a key
  at one member (group-id).
* Where the option ``selector`` changes, JMS makes it a new subscription: the broker drops what was kept for the old
  one, and refuses the new one while members of the old one are connected.
* Frames are sent through the anonymous relay, to any address, in one order.
"""

from __future__ import annotations

import ssl
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from anyio.abc import ByteStream

from cimbus.middleware.doctor import Doctor, Finding
from cimbus.middleware.doctor.artemis import unknown_artemis
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import ReconnectingSession, TransactionalTransport, check_option
from cimbus.middleware.transport import SubscriptionSpec, Traits, Transactional, Transport, check_retained
from cimbus_jms.destinations import ARTEMIS_NAMING, Destination, read_address
from cimbus_jms.options import JmsOptions

from .connection import AmqpConnection, AmqpUser
from .consumer import AmqpConsumer, log, name_of, source_of
from .jms_mapping import MessageWriter
from .links import OpenOptions
from .sender import AmqpSender
from .transaction import AmqpTransaction

AmqpSession = ReconnectingSession[AmqpConnection]


class AmqpTransport(TransactionalTransport[AmqpConsumer, AmqpSession, bytes, JmsOptions, AmqpTransaction]):
    """Frames over a JMS broker that speaks AMQP 1.0.

    Args:
        url: ``jms+amqp://user:password@host:port/?option=value``, or ``jms+amqps://`` for TLS; the options are
            ``JmsOptions``.
        tls: a context of one's own instead of the options ca, cert and key.

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.

    >>> AmqpTransport("jms+amqp://localhost/?persistent=false").traits.persistent
    False

    ::

        async with AmqpTransport("jms+amqp://localhost") as transport, transport.listen(spec) as consumer:
            for delivery in await consumer.receive():
                async with transport.transaction(consumer, [delivery]) as transaction:
                    await transaction.send(answers(delivery.value))  # accepted and sent together, or neither
    """

    ports = {"jms+amqp": 5672, "jms+amqps": 5671}
    options_type = JmsOptions
    broker = "ActiveMQ Artemis"
    default_naming = ARTEMIS_NAMING

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(url, tls=tls)
        options = self.options
        self._traits = Traits(
            durable=True,
            persistent=options.persistent,
            groups=True,
            keyed_groups=True,
            redelivers=True,
            counts_attempts=True,
            multi_process=True,
            max_body=options.max_body,
            transactions=True,
            transactional_settlement=True,
        )
        self._writer = MessageWriter(
            durable=options.persistent, priority=options.priority, time_to_live=options.time_to_live
        )

    def _begin(self) -> tuple[AmqpSender, AmqpSession]:
        sender = AmqpSender(self.options.window)
        return sender, self._session(sender, patient=False, name="sender")

    def _session(self, user: AmqpUser, *, patient: bool, name: str) -> AmqpSession:
        """Make a session under a container-id that no other connection has."""
        address, timeout = self._address, self.options.connect_timeout
        options = OpenOptions(
            container=f"cimbus-{uuid.uuid4().hex}",
            host=address.host,
            user=address.user,
            password=address.password,
            external=bool(self.options.cert),
            idle=self.options.heartbeat,  # proton asks the other side to speak within half of it (2.4.5)
        )

        def make(stream: ByteStream) -> AmqpConnection:
            return AmqpConnection(stream, user, timeout, options)

        return ReconnectingSession(
            lambda: AmqpConnection.opened(make, address, self._tls, timeout),
            patient=patient,
            name=name,
            log=log,
            backoff=self.options.backoff(),
        )

    # -- sending ------------------------------------------------------------------------------------------------------

    def _message(self, frame: Frame) -> bytes:
        check_option("a body", len(frame.body), self.options.max_body, "max_body")
        address, topic = frame.address, frame.topic
        to = Destination("topic", self._naming.address(topic)) if address is None else read_address(address)
        return self._writer.write(frame, to)

    # -- listening ----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def listen(self, spec: SubscriptionSpec) -> AsyncGenerator[AmqpConsumer]:
        """Return the block in which a consumer for ``spec`` is open.

        Raises:
            ClosedError: the transport is not open.
            ConnectError: the broker refuses this client, or the subscription (the message says why).
        """
        self._open_sender()
        check_retained(spec, self.traits)
        source = source_of(spec, self._naming, self.options.selector)
        name = name_of(spec)
        consumer = AmqpConsumer(
            spec, self._naming, source, name, nack=self.options.reject == "nack", max_body=self.options.max_body
        )
        async with self._listen(consumer, self._session(consumer, patient=True, name=name)):
            yield consumer

    async def examine(self) -> Sequence[Finding]:
        """Return that the settings are not seen here; see ``Doctor``."""
        return unknown_artemis("over AMQP, Artemis 2.40 fails to answer: ask it over jms+stomp://")

    # -- transactions -------------------------------------------------------------------------------------------------

    def _transaction(self, connection: AmqpConnection, consumer: AmqpConsumer | None) -> AmqpTransaction:
        return AmqpTransaction(connection, self._written, consumer)


if TYPE_CHECKING:
    _: type[Transport] = AmqpTransport
    _doctor: type[Doctor] = AmqpTransport
    _transactional: type[Transactional] = AmqpTransport
