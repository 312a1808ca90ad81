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
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final, Self

import anyio
import anyio.abc

from cimbus.errors import ClosedError, ConnectError, UnsupportedError, UsageError
from cimbus.frame import Frame
from cimbus.naming import Naming
from cimbus.net import read_url, secure
from cimbus.tasks import background
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
PATIENCE: Final = 5.0
"""How long leaving may take that is in a hurry."""


class StompTransport:
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
        self.options = options
        self._place = Place(address, options, secure(address, options, tls, ("jms+stomps",)))
        self._attempts = Attempts()
        self._warned: set[str] = set()
        self._sender = self._new_sender()
        self._writer: Writer | None = None
        self._sending: Session | None = None
        self._listening: dict[StompInbox, Session] = {}
        self._stack: AsyncExitStack | None = None

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
            keyed_groups=groups,
            redelivers=True,
            counts_attempts=False,
            multi_process=True,
            max_body=self.options.max_body,
        )

    @property
    def naming(self) -> Naming:
        """How topics are written on this broker."""
        return self._place.naming

    @property
    def ready(self) -> bool:
        """Whether the broker can be reached now: some connection of ours is up."""
        sessions = [*self._listening.values(), *([self._sending] if self._sending else ())]
        return self._stack is not None and any(session.up for session in sessions)

    def __repr__(self) -> str:
        return f"StompTransport({self._place.address})"

    # -- opening and closing --------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ConnectError: the broker cannot be reached, or refuses us.
        """
        if self._stack is not None:
            raise ConnectError("this transport is open already")
        self._sender = sender = self._new_sender()
        session = Session(lambda: self._place.link(sender), patient=False, name="sender")
        async with AsyncExitStack() as stack:
            tasks = await stack.enter_async_context(background())
            await tasks.start(session.run)
            self._writer = Writer(self._place.dialect, self._place.naming, self.options)
            self._sending = session
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Finish what was begun and disconnect."""
        stack, self._stack = self._stack, None
        if stack is None or self._sending is None:
            return
        try:
            with anyio.move_on_after(PATIENCE, shield=True):
                for inbox, session in list(self._listening.items()):
                    inbox.close("the transport was closed")
                    await session.stop()
                await self._sender.landed()
                await self._sending.stop()
        finally:
            self._sender.close()
            self._sending = None
            await stack.aclose()

    def _new_sender(self) -> Sender:
        return Sender(self.options.window, lambda: self._place.dialect.late_errors)

    # -- sending --------------------------------------------------------------------------------------------------

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send; return when the broker has them, with one entry per frame: None, or why it was refused.

        Raises:
            ClosedError: the transport is not open.
        """
        if self._stack is None or self._writer is None:
            raise ClosedError("the transport is not open")
        if not frames:
            return []
        write = self._writer.write
        return await self._sender.send([write(frame) for frame in frames])

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
        if self._stack is None or self._writer is None:
            raise ClosedError("the transport is not open")
        if inbox is not None and not self._place.dialect.transactional_acks:
            raise UnsupportedError(f"{self._place.dialect.title} has no acknowledgements within a transaction of STOMP")
        if inbox is not None and inbox.joined:
            raise UsageError("this inbox is in a transaction already: its connection has one at a time")
        line = await (self._sender if inbox is None else inbox).presence.wait()
        async with Transaction(line, self._writer, inbox) as found:
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
        if self._stack is None:
            raise ClosedError("the transport is not open")
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
        async with background() as tasks:
            self._listening[inbox] = session
            try:
                await tasks.start(self._keep, inbox, session)
                yield inbox
            finally:
                with anyio.move_on_after(PATIENCE, shield=True):
                    await self._leave(inbox, session)

    async def _keep(self, inbox: StompInbox, session: Session, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        await session.run(task_status=task_status)
        if session.ended is not None:
            inbox.close(str(session.ended))

    async def _leave(self, inbox: StompInbox, session: Session) -> None:
        inbox.close()
        try:
            await session.stop()
        finally:
            self._listening.pop(inbox, None)


if TYPE_CHECKING:
    _: type[Transport] = StompTransport
