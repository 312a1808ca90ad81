"""confluent-kafka (librdkafka): idempotent, acks=all, many sends under way; what was received is committed."""

from __future__ import annotations

from functools import partial
from typing import Any

from cimbus.bench.extras import needed
from cimbus.errors import TransportError

from .job import KEYS, PeerJob, Ready
from .kafka_topic import broker_of, group_at_end, topic_of

WINDOW = 1_000
"""Sends under way before they are waited for, and records that are taken at once."""


async def publish(job: PeerJob) -> None:
    """Produce, and wait for all.

    Raises:
        TransportError: a message was not delivered.
    """
    name = await topic_of(job)
    headers = [(word, text.encode()) for word, text in job.properties.items()]
    keys = [topic.key.encode() for topic in job.topics]
    producer = needed("confluent_kafka").Producer(
        {"bootstrap.servers": broker_of(job), "acks": "all", "enable.idempotence": True, "linger.ms": 0}
    )
    for count in job.rounds:
        with job.measured():
            for start in range(0, count, WINDOW):
                for number in range(start, min(start + WINDOW, count)):
                    each = number % KEYS
                    producer.produce(name, job.bodies[each], keys[each], headers=headers, on_delivery=_delivered)
                producer.flush()


def _assigned(assigned: list[Any], _: Any, partitions: list[Any]) -> None:
    assigned += partitions


def _delivered(error: Any, _: Any) -> None:
    if error is not None:
        raise TransportError(f"not delivered: {error}")


async def receive(job: PeerJob, ready: Ready) -> None:
    """Count what arrives, and commit it.

    Raises:
        TransportError: the broker reported an error.
    """
    topic = await group_at_end(job)
    assigned: list[Any] = []
    consumer = needed("confluent_kafka").Consumer(
        {"bootstrap.servers": broker_of(job), "group.id": job.context, "enable.auto.commit": False}
    )
    try:
        consumer.subscribe([topic], on_assign=partial(_assigned, assigned))
        while not assigned:
            consumer.poll(0.1)
        ready()
        with job.measured():
            left = job.count
            while left > 0:
                records = consumer.consume(WINDOW, timeout=0.05)
                if any(record.error() for record in records):
                    raise TransportError(f"not received: {[record.error() for record in records]}")
                left -= len(records)
                if records:
                    job.arrived()
                    consumer.commit(asynchronous=False)
    finally:
        consumer.close()
