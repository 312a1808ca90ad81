"""Starting and stopping clients of aiokafka within a bounded time.

Rule: a client that was made is stopped with ``stop_client``, which ends it whatever the brokers do. Where aiokafka
offers no way to end what hangs, its private names are used; the range of its versions is pinned to what the tests of
this package have seen (``kafka`` in pyproject.toml).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, Final, cast

from cimbus.middleware.net.asyncio_calls import finished, wait_or_cancel, within

from .aiokafka_types import AiokafkaAdmin, AiokafkaConsumer, AiokafkaProducer, Denied

AiokafkaClient = AiokafkaProducer | AiokafkaConsumer | AiokafkaAdmin

STOP_TIMEOUT: Final = 3.0
"""How long each step of stopping a client may take, in seconds. Our choice: enough for the last commit and for leaving
the group at a broker under load, and short enough for a service that is being stopped (it often has 10 s in all)."""
UNREACHABLE_STOP_TIMEOUT: Final = 0.2
"""The same while the brokers do not answer: enough to close local sockets; there is nothing to wait for."""

PRIVATE: Final = (
    ("_sender", "sender_task"),
    ("_coordinator", "_coordination_task"),
    ("_coordinator", "_heartbeat_task"),
    ("_coordinator", "_commit_refresh_task"),
    ("_coordinator", "_reset_committed_task"),
    ("_fetcher", "_fetch_task"),
)
"""Where aiokafka's clients keep their tasks: private attributes of AIOKafkaProducer and AIOKafkaConsumer."""


async def start_client(client: AiokafkaClient, timeout: float) -> None:
    """Connect a client within ``timeout`` seconds.

    A client that is too slow has a moment to end by itself: aiokafka leaks a connection if it is cancelled during its
    first metadata request.

    Raises:
        TimeoutError: it takes longer; other errors are aiokafka's.
    """
    await wait_or_cancel(client.start(), timeout, grace=UNREACHABLE_STOP_TIMEOUT)


async def start_or_stop(client: AiokafkaClient, timeout: float) -> None:
    """Connect a client as ``start_client`` does, and stop it if that fails."""
    try:
        await start_client(client, timeout)
    except BaseException as exc:
        await stop_client(client, STOP_TIMEOUT if isinstance(exc, Denied) else UNREACHABLE_STOP_TIMEOUT)
        raise


async def stop_client(client: AiokafkaClient, timeout: float = STOP_TIMEOUT) -> None:
    """Stop a client: in order if that does not take long, and in any case.

    A caller that is cancelled waits until the client is stopped, too, but no longer for an end in order: else its
    connections would stay open. aiokafka's consumer may end its own stopping as cancelled: it cancels its fetches and
    waits for each, and a fetch that had not begun to run raises that. Its connections are open then.
    """
    hurry = asyncio.Event()
    await finished(_stop(client, timeout, hurry), on_cancel=hurry.set)


async def _stop(client: AiokafkaClient, timeout: float, hurry: asyncio.Event) -> None:
    """Stop a client, in order until ``hurry`` is set."""
    inside: Any = client
    stopping = asyncio.ensure_future(client.close() if isinstance(client, AiokafkaAdmin) else client.stop())
    hurrying = asyncio.ensure_future(hurry.wait())
    await asyncio.wait({stopping, hurrying}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    hurrying.cancel()
    if stopping.done() and not stopping.cancelled() and stopping.exception() is None:
        await _close_connections(inside, timeout)
        return
    stopping.cancel()
    if hurry.is_set():
        timeout = UNREACHABLE_STOP_TIMEOUT
    fetches: set[asyncio.Task[Any]] = getattr(getattr(inside, "_fetcher", None), "_pending_tasks", set())
    tasks = [*(_private_task(inside, *path) for path in PRIVATE), *fetches]
    for _ in range(2):  # aiokafka takes a first cancellation as a wish to end in order
        left = [task for task in tasks if task is not None and not task.done()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=timeout)
    await _close_connections(inside, timeout)


async def _close_connections(inside: Any, timeout: float) -> None:
    """Close a client's connections, those too that are being made; it makes no more."""
    connections: Any = getattr(inside, "client", None) or getattr(inside, "_client", None)
    if connections is None:
        return
    connections._get_conn = _no_connection  # noqa: SLF001
    with contextlib.suppress(Exception, asyncio.CancelledError):
        async with asyncio.timeout(timeout):
            async with connections._get_conn_lock:  # noqa: SLF001  # held while one is made, in turn
                pass
    with contextlib.suppress(Exception, asyncio.CancelledError):
        await within(timeout, connections.close(), set())


async def _no_connection(*_: object, **__: object) -> None:
    """Stand for ``AIOKafkaClient._get_conn`` of a client that is stopped: no broker is ready."""


def _private_task(inside: Any, *path: str) -> asyncio.Task[Any] | None:
    for name in path:
        inside = getattr(inside, name, None)
    return cast("asyncio.Task[Any] | None", inside)


def silence_aiokafka() -> None:
    """Keep aiokafka's loggers silent, unless a level was set for them: what matters is logged by this package."""
    logger = logging.getLogger("aiokafka")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL + 1)
