"""FastStream on Kafka: idempotent, acks=all; batches are committed behind their handler, and read again if it fails."""

from __future__ import annotations

import logging
from typing import Any

import anyio

from cimbus.bench.extras import needed

from .job import KEYS, PeerJob, Ready
from .kafka_topic import broker_of, group_at_end, topic_of

WINDOW = 1_000
"""Sends under way before they are waited for."""


async def publish(job: PeerJob) -> None:
    """Publish one by one, and wait for all."""
    name = await topic_of(job)
    keys = [topic.key.encode() for topic in job.topics]
    async with _broker(job) as broker:
        for count in job.rounds:
            with job.measured():
                for start in range(0, count, WINDOW):
                    sent = [
                        await broker.publish(
                            job.bodies[number % KEYS],
                            name,
                            key=keys[number % KEYS],
                            headers=job.properties,
                            no_confirm=True,
                        )
                        for number in range(start, min(start + WINDOW, count))
                    ]
                    for each in sent:
                        await each


async def receive(job: PeerJob, ready: Ready) -> None:
    """Count what handlers get."""
    topic, broker = await group_at_end(job), _broker(job)
    left, done = job.count, anyio.Event()

    async def count(bodies: list[bytes]) -> None:
        nonlocal left
        job.arrived()
        left -= len(bodies)
        if left <= 0:
            done.set()

    policy = needed("faststream").AckPolicy.NACK_ON_ERROR
    broker.subscriber(topic, batch=True, group_id=job.context, ack_policy=policy)(count)
    async with broker:
        await broker.start()
        ready()
        with job.measured():
            await done.wait()


def _broker(job: PeerJob) -> Any:
    return needed("faststream.kafka").KafkaBroker(
        broker_of(job), acks="all", enable_idempotence=True, logger=None, log_level=logging.ERROR
    )
