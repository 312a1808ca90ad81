"""The caller's half of a transaction whose other half runs on the asyncio thread (``asyncio_thread``)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import anyio

from cimbus.errors import ClosedError, SendError
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Transaction

from .asyncio_thread import AsyncioPortal, run

M = TypeVar("M")
M_contra = TypeVar("M_contra", contravariant=True)


class AsyncioHalf(Protocol[M_contra]):
    """A transaction at the broker, of messages that are written already; on the asyncio thread."""

    async def begin(self) -> None:
        """Begin it."""
        ...

    async def send(self, messages: Sequence[M_contra], /) -> None:
        """Send messages within it."""
        ...

    async def commit(self) -> None:
        """Commit it, with the deliveries that it was made for."""
        ...

    async def abort(self) -> None:
        """Abort it; idempotent."""
        ...


class AsyncioTransaction(Generic[M]):
    """An open transaction, on the caller's thread.

    Args:
        portal: to the asyncio thread.
        inner: what runs there.
        write: makes a message of a frame.

    >>> from cimbus import Topic
    >>> from cimbus.middleware.net.asyncio_thread import call_directly
    >>> class Printed:
    ...     async def send(self, messages): print("send", *messages)
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"one")
    >>> portal = AsyncioPortal(call_directly, call_directly)
    >>> anyio.run(AsyncioTransaction(portal, Printed(), lambda frame: frame.body.decode()).send, [frame])
    send one
    """

    def __init__(self, portal: AsyncioPortal, inner: AsyncioHalf[M], write: Callable[[Frame], M]) -> None:
        self._portal = portal
        self._inner = inner
        self._write = write

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send frames, to be received when the transaction is committed.

        Raises:
            SendError: one of them is refused; do not rely on the others of this call, so let the block end with it.
            TransportError: the brokers do not answer; the same.
        """
        try:
            messages = [self._write(frame) for frame in frames]
        except ValueError as exc:
            raise SendError(str(exc)) from exc
        await run(self._portal, lambda: self._inner.send(messages))


@asynccontextmanager
async def transacted_on_asyncio(
    portal: AsyncioPortal, inner: AsyncioHalf[M], deliveries: Sequence[Delivery[Frame]], write: Callable[[Frame], M]
) -> AsyncGenerator[AsyncioTransaction[M]]:
    """Return the block of a transaction: committed at its end, aborted if it raises.

    Args:
        portal: to the asyncio thread.
        inner: what runs there; it settles the deliveries at the broker when it commits.
        deliveries: accepted when it has committed.
        write: makes a message of a frame.

    Raises:
        ClosedError: the transport was closed, or the deliveries are another member's now; they are redelivered.
        UsageError: these deliveries cannot be settled together.
        TransportError: the brokers do not answer.

    >>> from cimbus.middleware.net.asyncio_thread import call_directly
    >>> class Printed:
    ...     async def begin(self): print("begin")
    ...     async def commit(self): print("commit")
    >>> async def main():
    ...     portal = AsyncioPortal(call_directly, call_directly)
    ...     async with transacted_on_asyncio(portal, Printed(), [], write=str):
    ...         print("the block")
    >>> anyio.run(main)
    begin
    the block
    commit
    """
    try:
        await run(portal, inner.begin)  # here, too: it may have begun in the moment in which we are cancelled
        yield AsyncioTransaction(portal, inner, write)
        await run(portal, inner.commit)
    except BaseException:
        with anyio.CancelScope(shield=True), suppress(ClosedError):  # a transport that is closed has aborted it
            await run(portal, inner.abort)
        raise
    for delivery in deliveries:
        delivery.accept()


if TYPE_CHECKING:
    _: type[Transaction] = AsyncioTransaction[bytes]
