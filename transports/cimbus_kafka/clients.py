"""Clients of aiokafka: made as this package needs them, tried out, and put away.

Rules: a client that was made is put away with ``put_away``, which is bounded, whatever the brokers do. Where aiokafka
offers no way to end what hangs, names of its inside are used; the range of its versions is pinned to what the tests of
this package have seen.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable
from typing import Any, Final, TypeVar, cast

from aiokafka import (  # type: ignore[import-untyped]
    AIOKafkaConsumer,
    AIOKafkaProducer,
    errors,
)
from aiokafka.admin import AIOKafkaAdminClient, NewTopic  # type: ignore[import-untyped]
from aiokafka.conn import (  # type: ignore[import-untyped]
    create_conn,  # pyright: ignore[reportUnknownVariableType]
)
from aiokafka.coordinator.assignors.sticky.sticky_assignor import (  # type: ignore[import-untyped]
    StickyPartitionAssignor,
)

from cimbus.errors import ConnectError, UsageError
from cimbus.net import why

from .driver import Admin, Consumer, Producer
from .place import Place

T = TypeVar("T")

PATIENCE: Final = 3.0
"""How long each step of ending a client may take, in seconds."""
HURRY: Final = 0.2
"""The same where nobody is there to say goodbye to."""
FETCH: Final = 0.25
"""How long a broker may wait for something to answer a fetch with, in seconds."""
NEVER: Final = 2**31 - 1


def new_admin(place: Place) -> Admin:
    """Make an admin client, not started."""
    return cast("Admin", AIOKafkaAdminClient(request_timeout_ms=_ms(place.options.timeout), **place.settings))


def new_producer(place: Place, *, transactional_id: str | None = None) -> Producer:
    """Make an idempotent producer, not started.

    Raises:
        UsageError: the library for its compression is missing.
    """
    options = place.options
    more: dict[str, Any] = {} if transactional_id is None else {"transactional_id": transactional_id}
    return cast(
        "Producer",
        AIOKafkaProducer(
            enable_idempotence=True,
            acks="all",
            max_batch_size=min(options.batch, options.max_message),
            max_request_size=options.max_message,
            compression_type=_compression(options.compression),
            request_timeout_ms=_ms(options.timeout),
            **more,
            **place.settings,
        ),
    )


def new_consumer(place: Place, *, group_id: str | None = None) -> Consumer:
    """Make a consumer, not started; it commits nothing by itself and is never idle for the library's taste."""
    options = place.options
    rebalance = options.handover + options.session
    # its own class, because the library keeps a member's last assignment in the class
    sticky = type("StickyAssignor", (StickyPartitionAssignor,), {})
    return cast(
        "Consumer",
        AIOKafkaConsumer(
            group_id=group_id,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_interval_ms=NEVER,
            session_timeout_ms=_ms(options.session),
            heartbeat_interval_ms=_ms(options.heartbeat),
            rebalance_timeout_ms=_ms(rebalance),
            # joining a group is a request that is answered when all members are there
            request_timeout_ms=_ms(max(options.timeout, rebalance + 5)),
            partition_assignment_strategy=(sticky,),
            isolation_level=options.isolation,
            # a broker answers one request of a connection after the other: whatever is new waits for the last fetch
            fetch_max_wait_ms=_ms(FETCH),
            **place.settings,
        ),
    )


def new_topic(name: str, partitions: int, replication: int) -> object:
    """Describe a topic to be created; 0 leaves a number to the broker."""
    topic = NewTopic(name, partitions or 1, replication or 1)
    topic.num_partitions = partitions or -1  # the library's constructor does not take what the protocol does
    topic.replication_factor = replication or -1
    return topic


def _ms(seconds: float) -> int:
    return max(1, min(NEVER, round(seconds * 1000)))


def _compression(name: str) -> str | None:
    if name == "none":
        return None
    from aiokafka import codec

    has: dict[str, Any] = {
        "gzip": codec.has_gzip, "snappy": codec.has_snappy, "lz4": codec.has_lz4, "zstd": codec.has_zstd
    }  # fmt: skip
    if not has[name]():
        there = ", ".join(other for other in has if has[other]())
        raise UsageError(
            f"the option compression: {name} needs a library that is not installed (there are none, {there}); "
            "it comes with pip install 'aiokafka[all]'"
        )
    return name


def check_compression(place: Place) -> None:
    """Look whether the compression of the options is there.

    Raises:
        UsageError: it is not.
    """
    _compression(place.options.compression)


# -- connecting and ending --------------------------------------------------------------------------------------------


async def probe(place: Place) -> None:
    """Connect to one of the brokers that the URL names, and say why that fails where it does.

    Raises:
        ConnectError: none can be reached, or they refuse us.
    """
    reasons: list[str] = []
    for host, port in place.servers:
        try:
            connection: Any = await asyncio.wait_for(
                create_conn(
                    host,
                    port,
                    client_id="cimbus",
                    request_timeout_ms=_ms(place.options.connect_timeout),
                    **place.security,
                ),
                place.options.connect_timeout,
            )
        except (OSError, ValueError, errors.KafkaError, TimeoutError, EOFError) as exc:
            reasons.append(f"{host}:{port} {_reason(exc, place)}")
        else:
            await connection.close()
            return
    raise ConnectError("; ".join(reasons))


def _reason(exc: BaseException, place: Place) -> str:
    refusal = {
        ssl.SSLCertVerificationError: f"shows a certificate that is not trusted: {getattr(exc, 'verify_message', '')}",
        TimeoutError: f"does not answer within {place.options.connect_timeout:g} s",
        errors.UnsupportedSaslMechanismError: f"does not take the option mechanism: {place.options.mechanism}",
        errors.SaslAuthenticationFailed: f"refuses the user {place.address.user!r} or the password",
        errors.AuthenticationFailedError: f"refuses the user {place.address.user!r} or the password",
    }
    for kind, text in refusal.items():
        if isinstance(exc, kind):
            return text
    if isinstance(exc, errors.KafkaConnectionError):
        hint = "" if place.address.user or place.tls else "; does it want TLS (kafkas://) or a user and password?"
        return f"ended the connection: {exc}{hint}"
    if isinstance(exc, OSError):
        return f"cannot be reached: {why(exc)}"
    return f"cannot be used: {why(exc)}"


async def start(client: Producer | Consumer | Admin, timeout: float) -> None:
    """Connect a client within ``timeout`` seconds.

    It is given a moment to end by itself if that is not to be: aiokafka leaves a connection behind if it is cancelled
    while it asks for the first time what there is.

    Raises:
        TimeoutError: it takes longer; other errors are aiokafka's.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.wait({starting}, timeout=timeout)
        if not starting.done():
            raise TimeoutError(f"no answer within {timeout:g} s")
        starting.result()
    finally:
        if not starting.done():
            await asyncio.wait({starting}, timeout=HURRY)
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)


async def patiently(work: Awaitable[T], patience: float, left: set[asyncio.Future[T]]) -> T:
    """Wait for something of aiokafka's that cannot be stopped; if that takes too long, leave it among ``left``.

    Raises:
        TimeoutError: it takes longer than ``patience`` seconds; other errors are its own.
    """
    working = asyncio.ensure_future(work)
    left.add(working)

    def ended(_: asyncio.Future[T]) -> None:
        left.discard(working)
        if not working.cancelled():
            working.exception()  # has been looked at

    working.add_done_callback(ended)
    await asyncio.wait({working}, timeout=patience)
    if not working.done():
        raise TimeoutError(f"no answer within {patience:g} s")
    return working.result()


async def put_away(client: Producer | Consumer | Admin, patience: float = PATIENCE) -> None:
    """End a client: in order if that does not take long, and in any case."""
    inside: Any = client
    ending = asyncio.ensure_future(inside.close() if isinstance(client, AIOKafkaAdminClient) else inside.stop())
    done, _ = await asyncio.wait({ending}, timeout=patience)
    if done and ending.exception() is None:
        return
    ending.cancel()
    tasks = [_task(inside, *path) for path in _TASKS]
    for _ in range(2):  # the first one is taken as a wish to end in order
        left = [task for task in tasks if task is not None and not task.done()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=patience)
    connections: Any = getattr(inside, "client", None) or getattr(inside, "_client", None)
    with contextlib.suppress(Exception, asyncio.CancelledError):
        await asyncio.wait_for(connections.close(), patience)


_TASKS = (
    ("_sender", "sender_task"),
    ("_coordinator", "_coordination_task"),
    ("_coordinator", "_heartbeat_task"),
    ("_coordinator", "_commit_refresh_task"),
    ("_coordinator", "_reset_committed_task"),
    ("_fetcher", "_fetch_task"),
)


def _task(inside: Any, *path: str) -> asyncio.Task[Any] | None:
    for name in path:
        inside = getattr(inside, name, None)
    return cast("asyncio.Task[Any] | None", inside)
