"""``StompTransport``: one connection for sending, one for each inbox.

Rules:

* A private inbox is a subscription that ends with its connection. A group is a queue of the broker's that its members
  share (``dialects`` says which), and that keeps the frames of one key at one member (JMSXGroupID). A durable one stays
  when its members leave.
* Which of the two brokers is spoken to is known when we have connected; ``traits`` and ``naming`` are those of ActiveMQ
  Classic before that, unless ``?dialect=`` says otherwise.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Self

from cimbus.errors import ClosedError, UnsupportedError, UsageError
from cimbus.frame import Frame
from cimbus.naming import Naming
from cimbus.net import Connected, read_url, secure
from cimbus.transport import Intake, Traits, Transport
from cimbus_jms.session import Session

from .incoming import Attempts, StompInbox
from .messages import Reader, Writer
from .options import StompOptions
from .outgoing import Sender
from .place import Place
from .transaction import Transaction

log = logging.getLogger("cimbus.jms")

PORTS: Final = {"jms+stomp": 61613, "jms+stomps": 61614}


class StompTransport(Connected[StompInbox, Session]):
    """Frames over a JMS broker that speaks STOMP.

    Args:
        url: ``jms+stomp://user:password@host:port/?option=value``, or ``jms+stomps://`` for TLS.
        tls: a context of one's own instead of the options ca, cert and key.

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.
    """

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None) -> None:
        address, options = read_url(url, PORTS, StompOptions)
        if address.path.strip("/"):
            raise UsageError(f"a JMS URL has no path: {address.path!r}; topics are written by ?template=")
        super().__init__(address)
        self.options = options
        self._place = Place(address, options, secure(address, options, tls, ("jms+stomps",)))
        self._attempts = Attempts()
        self._warned: set[str] = set()
        self._sender = self._new_sender()
        self._writer: Writer | None = None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make a transport from its URL; nothing is connected yet.

        Raises:
            UsageError: the URL has an unknown option or an impossible value; the message lists the options.
        """
        return cls(url)

    @property
    def traits(self) -> Traits:
        """What the broker can do over STOMP."""
        groups = self._place.dialect.groups(self._place.naming)
        return Traits(
            durable=groups,
            persistent=self.options.persistent,
            groups=groups,
            keyed_groups=groups and self._place.dialect.keeps_keys,
            redelivers=True,
            counts_attempts=False,
            multi_process=True,
            max_body=self.options.max_body,
        )

    @property
    def naming(self) -> Naming:
        """How topics are written on this broker."""
        return self._place.naming

    # -- connections ----------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ConnectError: the broker cannot be reached, or refuses us.
        """
        await super().__aenter__()
        self._writer = Writer(self._place.dialect, self._place.naming, self.options)  # which broker it is, is known now
        return self

    def _begin(self) -> tuple[Sender, Session]:
        self._sender = sender = self._new_sender()
        return sender, Session(lambda: self._place.link(sender), patient=False, name="sender")

    def _new_sender(self) -> Sender:
        return Sender(self.options.window, lambda: self._place.dialect.late_errors)

    # -- sending --------------------------------------------------------------------------------------------------

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send; return when the broker has them, with one entry per frame: None, or why it was refused.

        Raises:
            ClosedError: the transport is not open.
        """
        write = self._open_writer().write
        if not frames:
            return []
        return await self._sender.send([write(frame) for frame in frames])

    def _open_writer(self) -> Writer:
        """Return what writes frames.

        Raises:
            ClosedError: the transport is not open.
        """
        if self._stack is None or self._writer is None:
            raise ClosedError("the transport is not open")
        return self._writer

    @asynccontextmanager
    async def transaction(self, inbox: StompInbox | None = None) -> AsyncGenerator[Transaction]:
        """Return the block in which frames are sent all or not at all: ``await transaction.send(frames)``.

        Args:
            inbox: what is accepted there while the block lasts is part of it, too.

        It waits for a connection, and lives on that.

        Raises:
            ClosedError: the transport, or the inbox, is not open.
            UnsupportedError: the broker has no acknowledgements within a transaction.
            UsageError: the inbox is in a transaction already.
            SendError: a frame was refused: nothing has happened.
            TransportError: the connection was lost meanwhile (the message says what that means).
        """
        writer = self._open_writer()
        if inbox is not None and not self._place.dialect.transactional_acks:
            raise UnsupportedError(f"{self._place.dialect.title} has no acknowledgements within a transaction of STOMP")
        if inbox is not None and inbox.joined:
            raise UsageError("this inbox is in a transaction already: its connection has one at a time")
        line = await (self._sender if inbox is None else inbox).presence.wait()
        async with Transaction(line, writer, inbox) as found:
            yield found

    # -- listening ------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def listen(self, intake: Intake) -> AsyncGenerator[StompInbox]:
        """Return the block in which an inbox for ``intake`` is open.

        Raises:
            ClosedError: the transport is not open.
            ConnectError: the broker refuses us, or the subscription (the message says why).
            UnsupportedError: the broker has no such subscription.
        """
        self._check_open()
        place = self._place
        subscription = place.dialect.subscription(intake, place.naming, self.options)
        if subscription.stays and subscription.name not in self._warned:
            self._warned.add(subscription.name)
            log.warning(
                "%s keeps the queue %s when the last of its group has left, and what comes then: delete it there, or "
                "give senders a time_to_live",
                place.dialect.title,
                subscription.name,
            )
        reader = Reader(place.dialect, place.naming)
        inbox = StompInbox(intake, subscription, reader, self._attempts, nack=self.options.reject == "nack")
        session = Session(
            lambda: place.link(inbox, subscription.connect), patient=True, name=subscription.name or "an inbox"
        )
        async with self._listen(inbox, session):
            yield inbox


if TYPE_CHECKING:
    _: type[Transport] = StompTransport
