"""``AmqpTransport``: one connection for sending, one for each inbox.

Rules:

* A private inbox is a subscription that ends with its link. A group is a shared subscription of its name; a durable one
  stays at the broker when its members leave. The broker keeps the frames of a key at one member (group-id).
* The address and the selector of a durable subscription follow from its patterns. Where they change, JMS makes it a new
  subscription: what was kept for the old one is dropped by the broker, and it refuses while members of old are there.
* Frames are sent by the anonymous relay, to whatever address, in one order.
"""

from __future__ import annotations

import ssl
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Final, Self

import anyio

from cimbus.errors import SendError, UsageError
from cimbus.frame import Frame
from cimbus.naming import Naming
from cimbus.net import Connected, read_url, secure
from cimbus.transport import Intake, Traits, Transport
from cimbus_jms.destinations import ARTEMIS_NAMING, Destination, naming_of, read_address
from cimbus_jms.options import Options
from cimbus_jms.session import Session

from .engine import Hello
from .handler import Handler
from .incoming import AmqpInbox
from .mapping import MessageWriter
from .outgoing import Sender
from .place import Place
from .subscription import name_of, source_of
from .transaction import Transaction

PORTS: Final = {"jms+amqp": 5672, "jms+amqps": 5671}
DESTINATIONS: Final = 4_096
PATIENCE: Final = 5.0
"""How long leaving may take that is in a hurry."""


class AmqpTransport(Connected[AmqpInbox, Session]):
    """Frames over a JMS broker that speaks AMQP 1.0.

    Args:
        url: ``jms+amqp://user:password@host:port/?option=value``, or ``jms+amqps://`` for TLS.
        tls: a context of one's own instead of the options ca, cert and key.

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.
    """

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None) -> None:
        address, options = read_url(url, PORTS, Options)
        if address.path.strip("/"):
            raise UsageError(f"a JMS URL has no path: {address.path!r}; topics are written by ?template=")
        super().__init__(address)
        self.options = options
        self._naming = naming_of(options.template, ARTEMIS_NAMING)
        self._place = Place(address, secure(address, options, tls, ("jms+amqps",)), options.connect_timeout)
        self._traits = Traits(
            durable=True,
            persistent=options.persistent,
            groups=True,
            keyed_groups=True,
            redelivers=True,
            counts_attempts=True,
            multi_process=True,
            max_body=options.max_body,
        )
        self._writer = MessageWriter(
            durable=options.persistent, priority=options.priority, time_to_live=options.time_to_live
        )
        self._sender = Sender(1)
        self._destinations: dict[object, Destination] = {}

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make a transport from its URL; nothing is connected yet.

        Raises:
            UsageError: the URL has an unknown option or an impossible value; the message lists the options.
        """
        return cls(url)

    @property
    def traits(self) -> Traits:
        """What JMS can do over AMQP 1.0."""
        return self._traits

    @property
    def naming(self) -> Naming:
        """How topics are written on this middleware."""
        return self._naming

    # -- connections ------------------------------------------------------------------------------------------------

    def _begin(self) -> tuple[Sender, Session]:
        self._sender = Sender(self.options.window)
        return self._sender, self._session(self._sender, patient=False, name="sender")

    def _session(self, handler: Handler, *, patient: bool, name: str) -> Session:
        """Make a session under a container-id that nobody else has."""
        address = self._place.address
        hello = Hello(
            container=f"cimbus-{uuid.uuid4().hex}",
            host=address.host,
            user=address.user,
            password=address.password,
            external=bool(self.options.cert),
            idle=2 * self.options.heartbeat,
        )
        return Session(lambda: self._place.link(hello, handler), patient=patient, name=name)

    # -- sending ------------------------------------------------------------------------------------------------------

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send; return when the broker has them, with one entry per frame: None, or why it was refused.

        Raises:
            ClosedError: the transport is not open.
        """
        self._check_open()
        if not frames:
            return []
        return await self._sender.send([self._message(frame) for frame in frames])

    def _message(self, frame: Frame) -> bytes | SendError:
        """Write a frame as a message, or say why that cannot be."""
        if len(frame.body) > self.options.max_body:
            return SendError(f"a body of {len(frame.body)} bytes; the option max_body is {self.options.max_body}")
        try:
            return self._writer.write(frame, self._destination(frame))
        except ValueError as exc:
            return SendError(str(exc))

    def _destination(self, frame: Frame) -> Destination:
        """Return where a frame goes.

        Raises:
            ValueError: its topic's name is too long, or its address is none.
        """
        if frame.address is not None:
            return read_address(frame.address)
        known = self._destinations.get(frame.topic)
        if known is None:
            if len(self._destinations) >= DESTINATIONS:
                self._destinations.clear()
            known = self._destinations[frame.topic] = Destination("topic", self._naming.address(frame.topic))
        return known

    # -- listening ----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def listen(self, intake: Intake) -> AsyncGenerator[AmqpInbox]:
        """Return the block in which an inbox for ``intake`` is open.

        Raises:
            ClosedError: the transport is not open.
            ConnectError: the broker refuses us, or the subscription (the message says why).
        """
        self._check_open()
        source = source_of(intake, self._naming, self.options.selector)
        name = name_of(intake)
        inbox = AmqpInbox(intake, self._naming, source, name, nack=self.options.reject == "nack")
        session = self._session(inbox, patient=True, name=name)
        async with self._listen(inbox, session):
            yield inbox

    # -- transactions -------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def transaction(self, inbox: AmqpInbox | None = None) -> AsyncGenerator[Transaction]:
        """Return the block of a transaction: what is sent in it counts when the block ends, all of it, or not at all.

        With an inbox of this transport, so does what is accepted or rejected of it in the block. A block that raises
        rolls back: nothing was sent, and the deliveries come again. It waits for a connection, and lives on that.

        Raises:
            ClosedError: the transport, or the inbox, is not open.
            UsageError: the inbox is part of a transaction already.
            SendError: a frame was refused: nothing has happened.
            TransportError: the broker does not begin or commit it, or the connection was lost meanwhile.
        """
        self._check_open()
        line = await (self._sender if inbox is None else inbox).presence.wait()
        transaction = Transaction(line, self._message)
        await transaction.begin()
        commit = False
        try:
            with nullcontext() if inbox is None else inbox.within(transaction.identity):
                yield transaction
            commit = transaction.refused is None
        finally:
            with anyio.move_on_after(PATIENCE, shield=not commit):
                await transaction.end(commit=commit)
        if transaction.refused is not None:
            raise transaction.refused


if TYPE_CHECKING:
    _: type[Transport] = AmqpTransport
