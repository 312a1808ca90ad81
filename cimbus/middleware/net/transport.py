"""A transport that has one connection for sending, and one for each consumer.

A protocol adds how a connection is made (a ``ReconnectingSession``) and how a frame is written. Here is what is the
same for all: reading the URL, opening, the block of a consumer, and leaving, which completes what was begun but does
not wait for a broker that cannot be reached.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, Generic, Protocol, Self, TypeVar

import anyio
import anyio.abc

from cimbus.errors import ClosedError, ConnectError, SendError
from cimbus.middleware.frame import Frame
from cimbus.middleware.tasks import background
from cimbus.middleware.transport import Consumer

from .broker_transport import BrokerTransport, OptionsT
from .sender import SendWindow
from .session import ReconnectingSession

CLOSE_TIMEOUT: Final = 5.0
"""How long leaving a block may take when the broker does not answer, in seconds: the connection's ``LEAVE_TIMEOUT``,
and time for what is in flight."""
CACHED_ADDRESSES: Final = 4_096
"""For how many topics their address is kept ready: about 1 MB. Writing it anew takes microseconds, so that a process
that publishes about more objects only gets a little slower."""


class Closable(Protocol):
    """A sender or a consumer that waits for a session."""

    def close(self, reason: str = ...) -> None:
        """End every wait, with a ``ClosedError`` that gives the reason."""
        ...


class ClosableConsumer(Consumer, Closable, Protocol):
    """A consumer that waits for a session."""


ConsumerT = TypeVar("ConsumerT", bound=ClosableConsumer)
MessageT = TypeVar("MessageT")
SessionT = TypeVar("SessionT", bound=ReconnectingSession[Any])  # Any: of any connection


class ConnectedTransport(BrokerTransport[OptionsT], Generic[ConsumerT, SessionT, MessageT, OptionsT]):
    """What transports with connections share; the type parameters are theirs: consumer, session, message, options.

    Args:
        url: ``scheme://user:password@host:port/?option=value``.
        tls: a context of one's own instead of the options ca, cert and key.

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.

    >>> from cimbus.middleware.naming import AddressSyntax, Naming
    >>> from cimbus.middleware.net import BrokerOptions
    >>> syntax = AddressSyntax(separator="/", escape="%", legal="[A-Za-z0-9]", limit=100)
    >>> class MyTransport(ConnectedTransport):
    ...     ports = {"mine": 1234, "mines": 1235}
    ...     options_type = BrokerOptions
    ...     broker = "MyBroker"
    ...     default_naming = Naming("{context}/{kind}/{noun}/{verb}/{key}", syntax)
    ...     def _begin(self): ...            # a SendWindow and its ReconnectingSession
    ...     def _message(self, frame): ...   # bytes, or ValueError
    ...     def listen(self, spec): ...      # self._listen(consumer, session)
    >>> MyTransport.from_url("mines://localhost"), MyTransport.from_url("mine://localhost").ready
    (MyTransport(mines://localhost:1235), False)
    """

    def __init__(self, url: str, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(url, tls=tls)
        self._sender: SendWindow[MessageT, Any, Any] | None = None  # Any: its connection and keys are the protocol's
        self._sending: SessionT | None = None
        """The session of the sender."""
        self._listening: dict[ConsumerT, SessionT] = {}
        """The open consumers, each with its session."""
        self._stack: AsyncExitStack | None = None
        """What is to be closed; None if this is not open."""

    # -- what a protocol adds -----------------------------------------------------------------------------------------

    def _begin(self) -> tuple[SendWindow[MessageT, Any, Any], SessionT]:
        """Make what sends, and its session."""
        raise NotImplementedError

    def _message(self, frame: Frame) -> MessageT:
        """Write a frame.

        Raises:
            ValueError: it cannot be written; the message says why.
            MessageTooLargeError: it is larger than an option allows.
        """
        raise NotImplementedError

    # -- what a bus sees ----------------------------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """Whether the broker can be reached now: some connection is up, and would notice if the broker were mute."""
        sessions = [*self._listening.values(), *([self._sending] if self._sending else ())]
        return self._stack is not None and any(session.up and not session.paused for session in sessions)

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ConnectError: the broker cannot be reached, or refuses this client.
        """
        if self._stack is not None:
            raise ConnectError("this transport is open already")
        sender, session = self._begin()
        async with AsyncExitStack() as stack:
            tasks = await stack.enter_async_context(background())
            await tasks.start(self._keep, sender, session)
            self._sender, self._sending = sender, session
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Complete what was begun and disconnect."""
        stack, self._stack = self._stack, None
        if stack is None or self._sending is None or self._sender is None:
            return
        try:
            with anyio.move_on_after(CLOSE_TIMEOUT, shield=True):
                for consumer, session in list(self._listening.items()):
                    consumer.close("the transport was closed")
                    await session.stop()
                await self._sender.drained()
                await self._sending.stop()
        finally:
            self._sender.close()
            self._sending = None
            await stack.aclose()

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send; return when the broker has them, with one entry per frame: None, or why it was refused.

        Raises:
            ClosedError: the transport is not open.
        """
        sender = self._open_sender()
        return await sender.send([self._written(frame) for frame in frames]) if frames else []

    def refusal(self, frame: Frame) -> SendError | None:
        """Return why a frame is refused, as far as an option or the broker says it; None: it is not."""
        message = self._written(frame)
        if isinstance(message, SendError):
            return message
        return None if self._sender is None else self._sender.refusal(message)

    def _written(self, frame: Frame) -> MessageT | SendError:
        """Write a frame, or say why that cannot be done."""
        try:
            return self._message(frame)
        except SendError as exc:
            return exc
        except ValueError as exc:
            return SendError(str(exc))

    def _open_sender(self) -> SendWindow[MessageT, Any, Any]:
        """Return what sends.

        Raises:
            ClosedError: this transport is not open.
        """
        if self._stack is None or self._sender is None:
            raise ClosedError("the transport is not open: use it inside its block (async with)")
        return self._sender

    # -- sessions -----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _listen(self, consumer: ConsumerT, session: SessionT) -> AsyncGenerator[ConsumerT]:
        """Return the block in which a consumer is open on its session.

        Raises:
            ConnectError: the broker refuses this client, or the subscription.
        """
        async with background() as tasks:
            self._listening[consumer] = session
            try:
                await tasks.start(self._keep, consumer, session)
                yield consumer
            finally:
                with anyio.move_on_after(CLOSE_TIMEOUT, shield=True):
                    consumer.close()
                    try:
                        await session.stop()
                    finally:
                        self._listening.pop(consumer, None)

    async def _keep(self, waiting: Closable, session: SessionT, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        """Run a session; close what waits for it when it cannot go on."""
        await session.run(task_status=task_status)
        if session.ended is not None:
            waiting.close(str(session.ended))
