"""``StompTransport``: one connection for sending, one for each consumer.

Rules:

* A private consumer is a subscription that ends with its connection. A group is a queue of the broker's that its
  members share (``dialect`` says which), and that keeps the frames of one key at one member (JMSXGroupID). A durable
  one stays when its members leave.
* Which of the two brokers is spoken to is known after the first connection; before that, ``traits`` and ``naming`` are
  those of ActiveMQ Classic, unless ``?dialect=`` says otherwise.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Self

from cimbus.errors import UnsupportedError
from cimbus.middleware.doctor import Doctor, Finding
from cimbus.middleware.frame import Frame
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import Attempts, ReconnectingSession, TransactionalTransport
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.transport import SubscriptionSpec, Traits, Transactional, Transport, check_retained
from cimbus_jms.options import StompOptions

from .connection import StompConnection
from .consumer import StompConsumer
from .dialect import Headers, StompSubscription
from .doctor import examine
from .endpoint import DIALECTS, StompEndpoint
from .messages import OutgoingMessage, StompReader, StompWriter
from .sender import StompSender
from .transaction import StompTransaction

log = safe_logger("cimbus.jms")

StompSession = ReconnectingSession[StompConnection]


class StompTransport(
    TransactionalTransport[StompConsumer, StompSession, OutgoingMessage, StompOptions, StompTransaction]
):
    """Frames over a JMS broker that speaks STOMP.

    Args:
        url: ``jms+stomp://user:password@host:port/?option=value``, or ``jms+stomps://`` for TLS; the options are
            ``StompOptions``.
        tls: a context of one's own instead of the options ca, cert and key.

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.

    >>> StompTransport("jms+stomp://localhost/?dialect=artemis").traits.transactional_settlement
    False

    ::

        async with StompTransport("jms+stomp://localhost") as transport, transport.listen(spec) as consumer:
            for delivery in await consumer.receive():
                async with transport.transaction(consumer, [delivery]) as transaction:
                    await transaction.send(answers(delivery.value))  # accepted and sent together, or neither
    """

    ports = {"jms+stomp": 61613, "jms+stomps": 61614}
    options_type = StompOptions
    default_naming = DIALECTS["activemq"].naming

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(url, tls=tls)
        self._endpoint = StompEndpoint(self._address, self.options, self._tls)
        self._attempts = Attempts()
        self._warned: set[str] = set()
        """The queues that a warning was written about."""
        self._writer = StompWriter(self._endpoint.dialect, self._endpoint.naming, self.options)

    @classmethod
    def namings(cls) -> Mapping[str, Naming]:
        """Return how topics are written by default, by kind of broker."""
        return {dialect.title: dialect.naming for dialect in DIALECTS.values()}

    @property
    def traits(self) -> Traits:
        """What the broker can do over STOMP."""
        dialect = self._endpoint.dialect
        groups = dialect.groups(self._endpoint.naming)
        return Traits(
            durable=groups,
            persistent=self.options.persistent,
            groups=groups,
            keyed_groups=groups and dialect.keeps_keys,
            redelivers=True,
            counts_attempts=False,
            multi_process=True,
            max_body=self.options.max_body,
            transactions=True,
            transactional_settlement=dialect.transactional_acks,
        )

    @property
    def naming(self) -> Naming:
        """How topics are written on this broker."""
        return self._endpoint.naming

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ConnectError: the broker cannot be reached, or refuses this client.
        """
        await super().__aenter__()
        self._writer = StompWriter(self._endpoint.dialect, self._endpoint.naming, self.options)  # it is known now
        return self

    def _begin(self) -> tuple[StompSender, StompSession]:
        sender = StompSender(self.options.window, lambda: self._endpoint.dialect.late_errors)
        return sender, self._session(sender, name="sender")

    def _session(
        self, user: StompSender | StompConsumer, connect: Headers = (), *, name: str, patient: bool = False
    ) -> StompSession:
        connection, backoff = partial(self._endpoint.connect, user, connect), self.options.backoff()
        return ReconnectingSession(connection, patient=patient, name=name, log=log, backoff=backoff)

    def _message(self, frame: Frame) -> OutgoingMessage:
        return self._writer.write(frame)

    # -- listening ----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def listen(self, spec: SubscriptionSpec) -> AsyncGenerator[StompConsumer]:
        """Return the block in which a consumer for ``spec`` is open.

        Raises:
            ClosedError: the transport is not open.
            ConnectError: the broker refuses this client, or the subscription (the message says why).
            UnsupportedError: the broker has no such subscription.
        """
        self._open_sender()
        check_retained(spec, self.traits)
        endpoint = self._endpoint
        subscription = endpoint.dialect.subscription(spec, endpoint.naming, self.options)
        self._warn_of_queue(subscription)
        reader = StompReader(endpoint.dialect, endpoint.naming)
        consumer = StompConsumer(spec, subscription, reader, self._attempts, nack=self.options.reject == "nack")
        session = self._session(consumer, subscription.connect, name=subscription.name or "a consumer", patient=True)
        async with self._listen(consumer, session):
            yield consumer

    def _warn_of_queue(self, subscription: StompSubscription) -> None:
        """Warn once of a queue that the broker keeps although the group is not durable."""
        if subscription.stays and subscription.name not in self._warned:
            self._warned.add(subscription.name)
            log.warning(
                "%s keeps the queue %s when the last member of its group has left, and what arrives then: delete it "
                "there, or give senders a time_to_live",
                self._endpoint.dialect.title,
                subscription.name,
            )

    async def examine(self) -> Sequence[Finding]:
        """Return what the broker's settings do to messages; see ``Doctor``.

        Raises:
            ConnectError: it cannot be reached.
        """
        return await examine(self._endpoint)

    # -- transactions -------------------------------------------------------------------------------------------------

    def _transaction(self, connection: StompConnection, consumer: StompConsumer | None) -> StompTransaction:
        del consumer  # whose connection it is
        return StompTransaction(connection, self._written)

    def _check_settling(self) -> None:
        dialect = self._endpoint.dialect
        if not dialect.transactional_acks:
            raise UnsupportedError(
                f"{dialect.title} has no acknowledgements within a transaction over STOMP: accept deliveries "
                "after it, or use jms+amqp://"
            )


if TYPE_CHECKING:
    _: type[Transport] = StompTransport
    _doctor: type[Doctor] = StompTransport
    _transactional: type[Transactional] = StompTransport
