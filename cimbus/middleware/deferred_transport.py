"""A transport that may be opened before its middleware can be reached: it connects as soon as that is possible."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final, Self

import anyio

from cimbus.errors import ClosedError, ConnectError, SendError

from .delivery import Delivery
from .frame import Frame
from .naming import Naming
from .net import Backoff, ThrottledLog
from .safe_log import safe_logger
from .tasks import background
from .transport import Consumer, SubscriptionSpec, Traits, Transaction, Transactional, Transport, refusal

log: Final = safe_logger("cimbus")

LONGEST_PAUSE: Final = 5.0
"""The longest pause between two attempts to connect for the first time, in seconds: a link that is back is used soon,
and an attempt costs one refused connection."""


class DeferredTransport:
    """Another transport, opened in the background; ``send`` and ``listen`` wait until it is.

    Args:
        transport: the one to open, not open yet.

    >>> from cimbus.middleware.discovery import open_transport
    >>> async def main():
    ...     async with DeferredTransport(open_transport("memory:")) as transport:
    ...         await transport.connected()
    ...         print(transport.ready)
    >>> anyio.run(main)
    True
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._connected = anyio.Event()
        self._closing = anyio.Event()
        self._ended = anyio.Event()
        self._scope: anyio.CancelScope | None = None
        """Around the other transport: a cancelled task still finds it open while it ends, as with any transport."""
        self._stack: AsyncExitStack | None = None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make one from the URL of a transport that is installed.

        Raises:
            UsageError: the URL has an unknown scheme, or an invalid option.
        """
        from .discovery import open_transport

        return cls(open_transport(url))

    @classmethod
    def namings(cls) -> Mapping[str, Naming]:
        """Return nothing: the other transport's class knows."""
        return {}

    @property
    def traits(self) -> Traits:
        """What the middleware can do."""
        return self._transport.traits

    @property
    def naming(self) -> Naming:
        """How topics are written on it."""
        return self._transport.naming

    @property
    def ready(self) -> bool:
        """Whether it can be reached now."""
        return self._connected.is_set() and self._transport.ready

    async def __aenter__(self) -> Self:
        """Begin to connect, and return."""
        if self._stack is not None:
            raise ConnectError("this transport is open already")
        self._connected, self._closing, self._ended = anyio.Event(), anyio.Event(), anyio.Event()
        scope = self._scope = anyio.CancelScope(shield=True)
        async with AsyncExitStack() as stack:
            tasks = await stack.enter_async_context(background())
            tasks.start_soon(self._run, scope)
            tasks.start_soon(self._give_up_when_cancelled)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Disconnect in order if it is connected, else give up connecting."""
        stack, self._stack = self._stack, None
        if stack is None:
            return
        self._closing.set()
        try:
            if self._connected.is_set():
                await self._ended.wait()
        except BaseException:
            self._give_up()
            raise
        finally:
            await stack.__aexit__(*exc_info)  # type: ignore[arg-type]

    async def _run(self, scope: anyio.CancelScope) -> None:
        try:
            with scope:
                await self._connect()
        finally:
            self._ended.set()

    async def _connect(self) -> None:
        backoff, throttled = Backoff(longest=LONGEST_PAUSE), ThrottledLog(log)
        while not self._closing.is_set():
            try:
                async with self._transport:
                    self._connected.set()
                    await self._closing.wait()
            except ConnectError as error:
                if self._connected.is_set():
                    raise
                throttled.warning("not connected yet, trying again: %s", error)
                await anyio.sleep(backoff.pause())

    async def _give_up_when_cancelled(self) -> None:
        """Pass a cancellation on while there is no connection, and so nothing to end in order."""
        try:
            await self._connected.wait()
        except BaseException:
            self._give_up()
            raise

    def _give_up(self) -> None:
        if self._scope is not None:
            self._scope.cancel()

    async def connected(self) -> None:
        """Wait until the first connection exists.

        Raises:
            ClosedError: the transport is not open.
        """
        if self._stack is None:
            raise ClosedError("the transport is not open")
        await self._connected.wait()

    def refusal(self, frame: Frame) -> SendError | None:
        """Return why the middleware refuses a frame, as far as that is known."""
        return refusal(self._transport, frame)

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send once it is connected; see ``Transport.send``."""
        await self.connected()
        return await self._transport.send(frames)

    @asynccontextmanager
    async def listen(self, spec: SubscriptionSpec) -> AsyncGenerator[Consumer]:
        """Listen once it is connected; see ``Transport.listen``."""
        await self.connected()
        async with self._transport.listen(spec) as consumer:
            yield consumer


class DeferredTransactionalTransport(DeferredTransport):
    """The same of a transport with transactions."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._transactional = transport

    @asynccontextmanager
    async def transaction(
        self, consumer: Consumer | None = None, deliveries: Sequence[Delivery[Frame]] = ()
    ) -> AsyncGenerator[Transaction]:
        """Begin a transaction once it is connected; see ``Transactional.transaction``."""
        await self.connected()
        assert isinstance(self._transactional, Transactional)  # noqa: S101  # ``deferred`` has looked
        async with self._transactional.transaction(consumer, deliveries) as transaction:
            yield transaction


def deferred(transport: Transport) -> Transport:
    """Return a transport that opens this one in the background."""
    if isinstance(transport, Transactional):
        return DeferredTransactionalTransport(transport)
    return DeferredTransport(transport)


if TYPE_CHECKING:
    __: type[Transactional] = DeferredTransactionalTransport
    _: type[Transport] = DeferredTransport
