"""aiokafka: idempotent, acks=all, many sends under way; what was received is committed."""

from __future__ import annotations

from cimbus.bench.extras import needed

from .job import KEYS, PeerJob, Ready
from .kafka_topic import broker_of, topic_of

WINDOW = 1_000
"""Sends under way before they are waited for."""


async def publish(job: PeerJob) -> None:
    """Send one by one, and wait for all."""
    name = await topic_of(job)
    headers = [(word, text.encode()) for word, text in job.properties.items()]
    keys = [topic.key.encode() for topic in job.topics]
    producer = needed("aiokafka").AIOKafkaProducer(
        bootstrap_servers=broker_of(job), acks="all", enable_idempotence=True
    )
    await producer.start()
    try:
        for count in job.rounds:
            with job.measured():
                for start in range(0, count, WINDOW):
                    sent = [
                        await producer.send(name, job.bodies[number % KEYS], key=keys[number % KEYS], headers=headers)
                        for number in range(start, min(start + WINDOW, count))
                    ]
                    for each in sent:
                        await each
    finally:
        await producer.stop()


async def receive(job: PeerJob, ready: Ready) -> None:
    """Count what arrives, and commit it."""
    consumer = needed("aiokafka").AIOKafkaConsumer(
        await topic_of(job),
        bootstrap_servers=broker_of(job),
        group_id=job.context,
        enable_auto_commit=False,
        auto_offset_reset="latest",
    )
    await consumer.start()
    try:
        await consumer.seek_to_end()
        for partition in consumer.assignment():
            await consumer.position(partition)
        ready()
        with job.measured():
            left = job.count
            while left > 0:
                found = await consumer.getmany(timeout_ms=1_000)
                left -= sum(len(records) for records in found.values())
                if found:
                    job.arrived()
                    await consumer.commit()
    finally:
        await consumer.stop()
