"""The face of a transport that has one connection for sending, and one for each inbox.

What differs between protocols is how a connection is made (a *session*, which makes it again for ever) and what
becomes of a frame; a subclass says both. What is the same is here: opening, the block of an inbox, and leaving, which
finishes what was begun but does not wait for a broker that is away.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, Generic, Protocol, Self, TypeVar

import anyio
import anyio.abc

from cimbus.errors import ClosedError, ConnectError, TransportError
from cimbus.tasks import background

from .url import Address

PATIENCE: Final = 5.0
"""How long leaving may take that is in a hurry, in seconds."""


class Session(Protocol):
    """A connection that is made again for ever."""

    @property
    def up(self) -> bool:
        """Whether it is there now."""
        ...

    @property
    def ended(self) -> TransportError | None:
        """Why it ended by itself, None if it did not."""
        ...

    async def run(self, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        """Live until ``stop``; started once the first connection is there.

        Raises:
            ConnectError: the first attempt failed.
        """
        ...

    async def stop(self) -> None:
        """Take leave and end."""
        ...


class Closable(Protocol):
    """Who waits for a session: a sender, or an inbox."""

    def close(self, reason: str = ...) -> None:
        """Let nobody wait any more; it is said why."""
        ...


class Sending(Closable, Protocol):
    """What is on its way to the broker."""

    async def landed(self) -> None:
        """Wait until the broker has everything, or is away."""
        ...


I = TypeVar("I", bound=Closable)  # noqa: E741  # an inbox
S = TypeVar("S", bound=Session)


class Connected(Generic[I, S]):
    """What transports with connections have in common.

    Args:
        address: of the broker.
    """

    def __init__(self, address: Address) -> None:
        self._broker = address
        self._sending: S | None = None
        """The connection for sending."""
        self._sent: Sending | None = None
        """What is on its way over it."""
        self._listening: dict[I, S] = {}
        self._stack: AsyncExitStack | None = None
        """What is to be left; None if this is not open."""

    def _begin(self) -> tuple[Sending, S]:
        """Make what sends, and its session."""
        raise NotImplementedError

    @property
    def ready(self) -> bool:
        """Whether the broker can be reached now: some connection of ours is up."""
        sessions = [*self._listening.values(), *([self._sending] if self._sending else ())]
        return self._stack is not None and any(session.up for session in sessions)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._broker})"

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ConnectError: the broker cannot be reached, or refuses us.
        """
        if self._stack is not None:
            raise ConnectError("this transport is open already")
        sent, session = self._begin()
        async with AsyncExitStack() as stack:
            tasks = await stack.enter_async_context(background())
            await tasks.start(self._keep, sent, session)
            self._sent, self._sending = sent, session
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Finish what was begun and disconnect."""
        stack, self._stack = self._stack, None
        if stack is None or self._sending is None or self._sent is None:
            return
        try:
            with anyio.move_on_after(PATIENCE, shield=True):
                for inbox, session in list(self._listening.items()):
                    inbox.close("the transport was closed")
                    await session.stop()
                await self._sent.landed()
                await self._sending.stop()
        finally:
            self._sent.close()
            self._sending = None
            await stack.aclose()

    def _check_open(self) -> None:
        """Make sure that this is open.

        Raises:
            ClosedError: it is not.
        """
        if self._stack is None:
            raise ClosedError("the transport is not open")

    @asynccontextmanager
    async def _listen(self, inbox: I, session: S) -> AsyncGenerator[I]:
        """Return the block in which an inbox lives on its session.

        Raises:
            ConnectError: the broker refuses us, or the subscription.
        """
        async with background() as tasks:
            self._listening[inbox] = session
            try:
                await tasks.start(self._keep, inbox, session)
                yield inbox
            finally:
                with anyio.move_on_after(PATIENCE, shield=True):
                    inbox.close()
                    try:
                        await session.stop()
                    finally:
                        self._listening.pop(inbox, None)

    async def _keep(self, waiting: Closable, session: S, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        """Live with a session; tell who waits for it when it cannot go on."""
        await session.run(task_status=task_status)
        if session.ended is not None:
            waiting.close(str(session.ended))
