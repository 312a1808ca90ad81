"""What the Kafka tests share: frames with topics of their own, quick groups, and a client that does not know cimbus."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable

import anyio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net.asyncio_thread import open_portal, run
from cimbus.middleware.transport import SubscriptionSpec
from cimbus_kafka import KafkaTransport

Entry = tuple[int, bytes | None, bytes | None]
QUICK = {"heartbeat": 0.2, "handover": 1, "discovery": 0.2}
"""Groups that notice each other soon, so that the tests are short."""
NOUN = "EndDeviceEvents"


def transport(broker, *, port: int = 0, user: str = "", **options: object) -> KafkaTransport:
    return KafkaTransport.from_url(broker.url(user, port=port, **{**QUICK, **options}))


def transport_as(broker, user: str, password: str, **options: object) -> KafkaTransport:
    return KafkaTransport.from_url(broker.url(user, password, **{**QUICK, **options}))


def context() -> str:
    return f"test{uuid.uuid4().hex[:12]}"


def frame(where: str, body: bytes, key: str = "k", *, noun: str = NOUN) -> Frame:
    topic = Topic(where, "events", noun, "created", key)
    return Frame(topic=topic, body=body, properties={"Context": where, "Noun": noun, "Verb": "created", "Key": key})


def frames(where: str, count: int, *, key: str = "k", first: int = 0) -> list[Frame]:
    return [frame(where, b"%d" % number, key) for number in range(first, first + count)]


def spec(
    where: str, group: str = "", *, durable: bool = False, credit: int = 256, noun: str | None = NOUN
) -> SubscriptionSpec:
    pattern = Pattern(context=where, kind="events", noun=noun)
    return SubscriptionSpec(
        patterns=(pattern,), group=f"{group}-{where}" if group else "", durable=durable, credit=credit
    )


def topic(where: str, noun: str = NOUN) -> str:
    return f"{where}.events.{noun}"


async def bare(work):
    """Run something of asyncio from either loop."""
    async with open_portal() as portal:
        return await run(portal, work)


async def produce(
    broker, name: str, *records: tuple[bytes | None, bytes | None, list[tuple[str, bytes]]], partition=None
):
    """Send records as a client that does not know cimbus."""

    async def work() -> None:
        async with AIOKafkaProducer(bootstrap_servers=broker.address) as producer:
            for key, value, headers in records:
                await producer.send_and_wait(name, value, key=key, headers=headers, partition=partition)

    await bare(work)


async def log(
    broker, name: str, *, isolation: str = "read_uncommitted"
) -> list[tuple[int, bytes | None, bytes | None]]:
    """Return what is in a topic: partition, key and value of each record, by partition and in order."""

    async def work() -> list[Entry]:
        options = {"auto_offset_reset": "earliest", "isolation_level": isolation}
        async with AIOKafkaConsumer(name, bootstrap_servers=broker.address, **options) as consumer:
            parts = sorted(consumer.assignment())
            ends = await consumer.end_offsets(parts)
            found = []
            for part in parts:
                while await consumer.position(part) < ends[part]:
                    for batch in (await consumer.getmany(part, timeout_ms=100)).values():
                        found += [(record.partition, record.key, record.value) for record in batch]
            return found

    return await bare(work)


async def sent(to: KafkaTransport, what: list[Frame]) -> None:
    assert await to.send(what) == [None] * len(what)


async def receive(consumer, count: int) -> list:
    """Receive and accept so many deliveries."""
    found: list = []
    with anyio.fail_after(60):
        while len(found) < count:
            for delivery in await consumer.receive():
                found.append(delivery)
                delivery.accept()
    return found


async def over(transport: KafkaTransport, work: Callable[[], Awaitable[None]]) -> None:
    """Do something on the asyncio side of a transport."""
    await run(transport._side.portal, work)


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that has no event."""
    while not true():  # noqa: ASYNC110  # it has no event
        await anyio.sleep(0.02)


async def administer(broker, work: Callable[[AIOKafkaAdminClient], Awaitable[None]]) -> None:
    """Do something that is an administrator's."""

    async def connected() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.address)
        await admin.start()
        try:
            while admin._client.cluster.controller is None:  # a busy broker does not say it at once
                await admin._client.force_metadata_update()
                await asyncio.sleep(0.02)
            await work(admin)
        finally:
            await admin.close()

    await bare(connected)


async def make(broker, name: str, settings: dict[str, str], *, partitions: int = 1) -> None:
    """Make a topic with settings of its own."""

    async def work(admin) -> None:
        await admin.create_topics([NewTopic(name, partitions, 1, topic_configs=settings)])

    await administer(broker, work)


async def topics(broker) -> list[str]:
    """Return the names of all topics."""
    found: list[str] = []

    async def work(admin) -> None:
        found.extend(await admin.list_topics())

    await administer(broker, work)
    return found


async def grow(broker, name: str, partitions: int) -> None:
    """Give a topic more partitions."""

    async def work(admin) -> None:
        await admin.create_partitions({name: NewPartitions(partitions)})

    await administer(broker, work)


async def remake(broker, name: str) -> None:
    """Delete a topic, and make another of that name."""

    async def work(admin) -> None:
        await admin.delete_topics([name])
        while name in await admin.list_topics():  # noqa: ASYNC110  # it does not say when
            await asyncio.sleep(0.02)
        await admin.create_topics([NewTopic(name, 4, 1)])

    await administer(broker, work)
