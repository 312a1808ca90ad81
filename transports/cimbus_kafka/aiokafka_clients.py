"""Clients of aiokafka, configured as this package needs them, and the reason why none can connect.

Rule: only this module and ``aiokafka_types`` import aiokafka. ``client_lifecycle`` starts and stops what is made here.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

from aiokafka import (  # type: ignore[import-untyped]
    AIOKafkaConsumer,
    AIOKafkaProducer,
    errors,
)
from aiokafka.admin import AIOKafkaAdminClient, NewTopic  # type: ignore[import-untyped]
from aiokafka.admin.config_resource import (  # type: ignore[import-untyped]
    ConfigResource,
    ConfigResourceType,
)
from aiokafka.conn import (  # type: ignore[import-untyped]
    create_conn,  # pyright: ignore[reportUnknownVariableType]
)
from aiokafka.coordinator.assignors.sticky.sticky_assignor import (  # type: ignore[import-untyped]
    StickyPartitionAssignor,
)
from aiokafka.protocol.admin import (  # type: ignore[import-untyped]
    DeleteGroupsRequest,
)
from aiokafka.protocol.commit import (  # type: ignore[import-untyped]
    OffsetFetchRequest,
)

from cimbus.errors import ConnectError, UsageError
from cimbus.middleware.net import why
from cimbus.middleware.net.asyncio_calls import bounded

from .aiokafka_types import AiokafkaAdmin, AiokafkaConsumer, AiokafkaProducer, Committed, Partition, error_of
from .cluster import Cluster

FETCH_MAX_WAIT: Final = 0.25
"""How long a broker may hold a fetch that it has nothing for, in seconds (fetch.max.wait.ms; 0.5 by default). Half of
that, since a broker answers the requests of one connection in order: a new partition waits for the fetch before."""
NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND = 68, 69
"""Error codes of Kafka's protocol."""
NO_LIMIT: Final = 2**31 - 1
"""The largest int32, Kafka's type for milliseconds."""


def new_admin(cluster: Cluster) -> AiokafkaAdmin:
    """Make an admin client, not started."""
    return cast(
        "AiokafkaAdmin", AIOKafkaAdminClient(request_timeout_ms=_ms(cluster.options.timeout), **cluster.settings)
    )


def new_producer(cluster: Cluster, *, transactional_id: str | None = None) -> AiokafkaProducer:
    """Make an idempotent producer, not started; the library for its compression is there (``compression_of``)."""
    options = cluster.options
    more: dict[str, Any] = {} if transactional_id is None else {"transactional_id": transactional_id}
    return cast(
        "AiokafkaProducer",
        AIOKafkaProducer(
            enable_idempotence=True,
            acks="all",
            max_batch_size=min(options.batch, options.max_message),
            max_request_size=options.max_message,
            compression_type=None if options.compression == "none" else options.compression,
            request_timeout_ms=_ms(options.timeout),
            **more,
            **cluster.settings,
        ),
    )


def new_consumer(cluster: Cluster, *, group_id: str | None = None) -> AiokafkaConsumer:
    """Make a consumer, not started.

    It commits nothing by itself, and has no max.poll.interval: a slow handler keeps its partitions (``stall_watchdog``
    looks for progress instead).
    """
    options = cluster.options
    rebalance = options.handover + options.session
    # a class for each consumer, because aiokafka keeps a member's last assignment in the class
    sticky = type("StickyAssignor", (StickyPartitionAssignor,), {})
    return cast(
        "AiokafkaConsumer",
        AIOKafkaConsumer(
            group_id=group_id,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_interval_ms=NO_LIMIT,
            session_timeout_ms=_ms(options.session),
            heartbeat_interval_ms=_ms(options.heartbeat),
            rebalance_timeout_ms=_ms(rebalance),
            # JoinGroup is answered when all members have joined, after a whole rebalance; 5 s for the network
            request_timeout_ms=_ms(max(options.timeout, rebalance + 5)),
            partition_assignment_strategy=(sticky,),
            isolation_level=options.isolation,
            fetch_max_wait_ms=_ms(FETCH_MAX_WAIT),
            **cluster.settings,
        ),
    )


def new_topic(name: str, partitions: int, replication: int) -> object:
    """Describe a topic to be created; 0 leaves a number to the broker."""
    topic = NewTopic(name, partitions or 1, replication or 1)
    topic.num_partitions = partitions or -1  # aiokafka's constructor refuses -1, which is the protocol's default
    topic.replication_factor = replication or -1
    return topic


def _ms(seconds: float) -> int:
    return max(1, min(NO_LIMIT, round(seconds * 1000)))


def compression_of(name: str) -> Callable[[bytes], bytes] | None:
    """Return how aiokafka compresses a batch; None for the option ``none``.

    Raises:
        UsageError: the library for it is not installed.
    """
    if name == "none":
        return None
    from aiokafka import codec

    there = [each for each in ("gzip", "snappy", "lz4", "zstd") if getattr(codec, f"has_{each}")()]
    if name not in there:
        raise UsageError(
            f"the option compression: {name} needs a library that is not installed (possible here: none, "
            f"{', '.join(there)}); it comes with pip install 'aiokafka[all]'"
        )
    return cast("Callable[[bytes], bytes]", getattr(codec, f"{name}_encode"))


async def committed_offsets(admin: AiokafkaAdmin, group_id: str) -> dict[Partition, Committed]:
    """Return what a group has committed, for all partitions.

    aiokafka's list_consumer_group_offsets ignores the error code of the whole response: while a coordinator that was
    restarted loads its offsets (COORDINATOR_LOAD_IN_PROGRESS), it returns that there are none. A durable group would
    begin at the ends then, and lose its backlog. So the request is made here, with the private ``_send_request``.

    Raises:
        Exception: the error of the response; errors are aiokafka's.
    """
    inside: Any = admin
    coordinator = await admin.find_coordinator(group_id)
    response: Any = await inside._send_request(OffsetFetchRequest(group_id, None), coordinator)  # noqa: SLF001
    _raise_for(response.error_code)
    found: dict[Partition, Committed] = {}
    for topic, partitions in response.topics:
        for partition, offset, metadata, error_code in partitions:
            _raise_for(error_code)
            found[Partition(topic, partition)] = Committed(offset, metadata)
    return found


async def members_of_groups(admin: AiokafkaAdmin, prefix: str) -> dict[str, int]:
    """Return how many members each consumer group has whose name begins so; groups without members are there, too.

    Raises:
        Exception: a broker does not tell; errors are aiokafka's.
    """
    inside: Any = admin
    names = [name for name, *_ in await inside.list_consumer_groups() if name.startswith(prefix)]
    found: dict[str, int] = {}
    for name in names:  # one by one: aiokafka 0.14 cannot read an answer about several groups that have members
        ((response,),) = [answer.groups for answer in await inside.describe_consumer_groups([name])]
        error_code, _, _, _, _, members, *_ = response
        _raise_for(error_code)
        found[name] = len(members)
    return found


async def delete_group(admin: AiokafkaAdmin, group_id: str) -> bool:
    """Delete a consumer group with its offsets; return False if it has members, or is deleted already.

    Raises:
        Exception: the broker refuses it; errors are aiokafka's.
    """
    inside: Any = admin  # aiokafka has the request, but no call for it
    coordinator = await admin.find_coordinator(group_id)
    response: Any = await inside._send_request(DeleteGroupsRequest([group_id]), coordinator)  # noqa: SLF001
    ((_, error_code),) = response.results
    if error_code in (NON_EMPTY_GROUP, GROUP_ID_NOT_FOUND):
        return False
    _raise_for(error_code)
    return True


async def broker_settings(admin: AiokafkaAdmin, names: Iterable[str], group_id: str = "cimbus") -> dict[str, str]:
    """Return what settings have at the coordinator of a group, as far as it tells them, by their names.

    Raises:
        Exception: it does not answer, or refuses; errors are aiokafka's.
    """
    inside: Any = admin
    coordinator = str(await admin.find_coordinator(group_id))
    resource = ConfigResource(ConfigResourceType.BROKER, coordinator, configs=dict.fromkeys(names))
    ((error_code, _, _, _, entries),) = (await inside.describe_configs([resource]))[0].resources
    _raise_for(error_code)
    return {name: value for name, value, *_ in entries if value is not None}


async def session_bounds(admin: AiokafkaAdmin, group_id: str) -> str:
    """Return the bounds that a group's coordinator sets on the session timeout, by the names of its settings.

    Raises:
        Exception: it does not answer, or does not say; errors are aiokafka's.
    """
    names = ("group.min.session.timeout.ms", "group.max.session.timeout.ms")
    found = await broker_settings(admin, names, group_id)
    return f" ({', '.join(f'{name} is {value}' for name, value in found.items())})"


def _raise_for(code: int) -> None:
    if (error := error_of(code)) is not None:
        raise error


# -- connecting -------------------------------------------------------------------------------------------------------


async def probe(cluster: Cluster) -> None:
    """Connect to one of the brokers that the URL names; aiokafka's own errors do not say why that fails.

    Raises:
        ConnectError: none can be reached, or they refuse this client (the message gives the reason of each).
    """
    reasons: list[str] = []
    for host, port in cluster.servers:
        try:
            timeout = cluster.options.connect_timeout
            connecting = create_conn(
                host, port, client_id="cimbus", request_timeout_ms=_ms(timeout), **cluster.security
            )
            connection: Any = await bounded(timeout, connecting)
        except (OSError, ValueError, errors.KafkaError, TimeoutError, EOFError) as exc:
            reasons.append(f"{host}:{port} {_reason(exc, cluster)}")
        else:
            await connection.close()
            return
    raise ConnectError("; ".join(reasons))


def _reason(exc: BaseException, cluster: Cluster) -> str:
    refusal = {
        ssl.SSLCertVerificationError: f"shows a certificate that is not trusted: {getattr(exc, 'verify_message', '')}",
        TimeoutError: f"does not answer within {cluster.options.connect_timeout:g} s",
        errors.UnsupportedSaslMechanismError: f"does not take the option mechanism: {cluster.options.mechanism}",
        errors.SaslAuthenticationFailed: f"refuses the user {cluster.address.user!r} or the password",
        errors.AuthenticationFailedError: f"refuses the user {cluster.address.user!r} or the password",
    }
    for kind, text in refusal.items():
        if isinstance(exc, kind):
            return text
    if isinstance(exc, errors.KafkaConnectionError):
        hint = "" if cluster.address.user or cluster.tls else "; does it want TLS (kafkas://) or a user and password?"
        return f"ended the connection: {exc}{hint}"
    if isinstance(exc, OSError):
        return f"cannot be reached: {why(exc)}"
    return f"cannot be used: {why(exc)}"
