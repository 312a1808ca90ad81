"""Kafka: what one message costs, bare aiokafka and confluent-kafka against ``KafkaTransport`` on asyncio and on trio.

    python benchmarks/bench_kafka.py [--quick] [--json PATH] [--url kafka://host:9092] [--repeat N]

Rules: those of ``report``; the broker and the sender for a receiver are processes of their own, and connecting and a
warm-up are not counted. All producers wait until the broker has everything (acks=all), and send the same bytes: body,
key and headers. The baseline is aiokafka as it comes: ``send`` for each message, then waiting for all, and ``getmany``;
``tuned`` is with a linger, large batches and many records at once; ``no headers`` sends less. The bar: frames that
are not decoded cost at most half of the baseline's CPU time, sent and received. The typed rows make a message of a
payload and write it as XML, or read and decode it, which the bare clients do not: their bar (0.8) is for later.
"""

from __future__ import annotations

import tempfile
import uuid
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import report
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from job import LOOPS, MANY, QUIET, Job, feeder, on_both_loops, publish, publish_typed, receive
from report import Cost

from cimbus.testing.brokers import KafkaBroker

RESULTS = Path(__file__).parent / "results" / "bench_kafka.json"
BAR = 0.5
TUNED = {"linger_ms": 5, "max_batch_size": 262_144}
ROUND = 1_000
"""How many sends the bare clients have under way."""


def address(job: Job) -> str:
    """Return the broker's address."""
    parts = urlsplit(job.url)
    return f"{parts.hostname}:{parts.port}"


def topic(job: Job) -> str:
    """Return the topic that a job's frames go to."""
    return f"{job.context}.events.EndDeviceEvents"


# -- the bare clients -------------------------------------------------------------------------------------------------


def headers(job: Job) -> list[tuple[str, bytes]]:
    """Return what our frames carry, too."""
    return [(name, text.encode()) for name, text in {**job.properties, "Key": job.topic.key}.items()]


async def aiokafka_publish(job: Job, *, bare: bool = False, **settings: Any) -> Cost:
    """Send one by one, many under way, and wait for all."""
    cost, name, more = Cost(), topic(job), [] if bare else headers(job)
    producer = AIOKafkaProducer(bootstrap_servers=address(job), acks="all", **settings)
    await producer.start()
    keys = [each.key.encode() for each in job.topics]
    try:
        for count in (job.count // 10, job.count):  # the first round is the warm-up
            with cost.measured(count):
                for start in range(0, count, ROUND):
                    sent = [
                        await producer.send(name, job.body, key=keys[number % len(keys)], headers=more)
                        for number in range(start, min(start + ROUND, count))
                    ]
                    for each in sent:
                        await each
    finally:
        await producer.stop()
    return cost


async def aiokafka_receive(job: Job, most: int | None = None) -> Cost:
    """Count what ``getmany`` returns."""
    cost = Cost()
    with feeder(job) as feed:
        async with job.transport() as transport:  # the topic is there before its consumer
            assert not any(await transport.send(job.frames(1)))
        consumer = AIOKafkaConsumer(topic(job), bootstrap_servers=address(job), auto_offset_reset="latest")
        await consumer.start()
        try:
            await consumer.seek_to_end()
            for partition in consumer.assignment():
                await consumer.position(partition)
            with cost.measured(job.count):
                feed()
                left = job.count
                while left:
                    with anyio.fail_after(QUIET):
                        found = await consumer.getmany(timeout_ms=1_000, max_records=most)
                    left -= sum(len(records) for records in found.values())
        finally:
            await consumer.stop()
    return cost


def confluent_publish(job: Job, *, idempotent: bool = False) -> Cost:
    """Produce with delivery callbacks, and flush."""
    from confluent_kafka import Producer

    settings = {"bootstrap.servers": address(job), "acks": "all", "enable.idempotence": idempotent, "linger.ms": 5}
    cost, name, more, producer, failures = Cost(), topic(job), headers(job), Producer(settings), []
    keys = [each.key.encode() for each in job.topics]
    for count in (job.count // 10, job.count):
        with cost.measured(count):
            for number in range(count):
                producer.produce(
                    name,
                    job.body,
                    keys[number % len(keys)],
                    on_delivery=lambda error, _: failures.append(error),
                    headers=more,
                )
                producer.poll(0)
            producer.flush()
    assert not any(failures)
    return cost


def confluent_receive(job: Job) -> Cost:
    """Count what ``consume`` returns."""
    from confluent_kafka import OFFSET_END, Consumer, TopicPartition

    cost = Cost()

    async def create() -> int:
        async with job.transport() as transport:
            assert not any(await transport.send(job.frames(1)))
        probe = AIOKafkaConsumer(topic(job), bootstrap_servers=address(job))
        await probe.start()
        partitions = probe.partitions_for_topic(topic(job)) or set()
        await probe.stop()
        return len(partitions)

    partitions = anyio.run(create)
    consumer = Consumer({"bootstrap.servers": address(job), "group.id": uuid.uuid4().hex, "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic(job), number, OFFSET_END) for number in range(partitions)])
    with feeder(job) as feed:
        consumer.consume(1, 1.0)  # until the end was looked up
        with cost.measured(job.count):
            feed()
            left = job.count
            while left:
                found = consumer.consume(1_000, QUIET)
                assert found, f"{left} of {job.count} missing"
                left -= len(found)
    consumer.close()
    return cost


# -- all of them ------------------------------------------------------------------------------------------------------


def tables(url: str, count: int, size: int) -> dict[str, dict[str, Callable[[], Cost]]]:
    """Return name to candidates, the first of which the others are compared with."""
    job = partial(Job, url, count, size)
    one = job()

    def bare(work: Callable[..., Any], *words: Any, **more: Any) -> Callable[[], Cost]:
        return lambda: anyio.run(partial(work, one, *words, **more), backend="asyncio")

    return {
        "publish": {
            "aiokafka send": bare(aiokafka_publish),
            "aiokafka send, no headers": bare(aiokafka_publish, bare=True),
            "aiokafka send, tuned": bare(aiokafka_publish, **TUNED),
            "aiokafka send, tuned, idempotent": bare(aiokafka_publish, enable_idempotence=True, **TUNED),
            "confluent-kafka": lambda: confluent_publish(one),
            "confluent-kafka, idempotent": lambda: confluent_publish(one, idempotent=True),
            **on_both_loops("cimbus {}, batches", publish, one, tasks=4, batch=250, keys=100),
            **on_both_loops("cimbus {}, 256 tasks", publish, one, tasks=MANY),
            **on_both_loops("Bus {}, typed, batches", publish_typed, one, batch=250),
            **on_both_loops("Bus {}, typed, 256 tasks", publish_typed, one),
        },
        "receive": {
            "aiokafka getmany": bare(aiokafka_receive),
            "aiokafka getmany(1000)": bare(aiokafka_receive, 1_000),
            "confluent-kafka consume(1000)": lambda: confluent_receive(one),
            **on_both_loops("cimbus {}", receive, one),
            **on_both_loops("Bus {}, typed", receive, one, typed=True),
        },
    }


def both(rows: list[report.Row]) -> list[report.Row]:
    """Return what sending in batches and receiving cost together, for each event loop; and show it."""
    cpu = {(row["table"], row["name"]): float(row["cpu_us"]) for row in rows}
    base = cpu.get(("publish", "aiokafka send"), 0.0) + cpu.get(("receive", "aiokafka getmany"), 0.0)
    found: list[report.Row] = []
    for loop in LOOPS:
        parts = [cpu.get(("publish", f"cimbus {loop}, batches")), cpu.get(("receive", f"cimbus {loop}"))]
        if None not in parts and base:
            total = sum(part for part in parts if part is not None)
            found.append({"name": f"cimbus {loop}, sent and received", "cpu_ratio": round(total / base, 3)})
    return found


def options() -> Namespace:
    """Return what was asked for."""
    parser = report.arguments("What a message costs over Kafka, against aiokafka and confluent-kafka.", RESULTS)
    parser.add_argument("--size", type=int, default=1_900, help="bytes of a body, where it is not a typed payload")
    parser.add_argument("--url", help="a broker that runs already, kafka://host:port/")
    return report.parse(parser)


def main() -> None:
    """Run all tables."""
    given = options()
    rows: list[report.Row] = []
    with ExitStack() as stack:
        url = given.url
        if not url:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = stack.enter_context(KafkaBroker(folder, fast=True)).url()
        for name, candidates in tables(url, given.count, given.size).items():
            if given.only in name:
                rows += (found := report.take_turns(name, candidates, given.repeat))
                report.show(found)
    report.save(given, rows, ("aiokafka", "confluent-kafka", "trio"), size=given.size)
    report.judge(both(rows), BAR)


if __name__ == "__main__":
    main()
