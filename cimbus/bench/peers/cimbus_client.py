"""cimbus itself: typed as applications use it, and with bodies that are not opened, as a bridge does."""

from __future__ import annotations

from functools import partial

import anyio

from cimbus.application.bus import Bus
from cimbus.errors import SendError
from cimbus.interface.topic import Pattern
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import SubscriptionSpec

from .job import BATCH, KEYS, NOUN, PeerJob, Ready

TASKS = 4
"""Batches in flight."""
CREDIT = 1_000


async def publish_typed(job: PeerJob) -> None:
    """Publish payloads."""
    async with Bus(job.url, source="HES", context=job.context) as bus:

        async def send(batches: list[int]) -> None:
            while batches:
                results = await bus.publish_many([job.payloads[number % KEYS] for number in range(batches.pop())])
                for result in results:
                    if result.error is not None:
                        raise result.error

        for count in job.rounds:
            batches = _batches(count)
            with job.measured():
                async with anyio.create_task_group() as group:
                    for _ in range(TASKS):
                        group.start_soon(partial(send, batches))


async def publish_frames(job: PeerJob) -> None:
    """Send bytes."""
    frames = [
        Frame(topic=topic, body=body, properties=job.properties)
        for topic, body in zip(job.topics, job.bodies, strict=True)
    ]
    async with Bus(job.url, context=job.context) as bus:

        async def send(batches: list[int]) -> None:
            while batches:
                errors = await bus.transport.send([frames[number % KEYS] for number in range(batches.pop())])
                if any(isinstance(error, SendError) for error in errors):
                    raise SendError(f"not sent: {errors}")

        for count in job.rounds:
            batches = _batches(count)
            with job.measured():
                async with anyio.create_task_group() as group:
                    for _ in range(TASKS):
                        group.start_soon(partial(send, batches))


async def receive_typed(job: PeerJob, ready: Ready) -> None:
    """Receive messages and look at their payloads."""
    async with Bus(job.url, context=job.context) as bus, bus.subscribe(NOUN, credit=CREDIT) as subscription:
        ready()
        with job.measured():
            for _ in range(job.count):
                async with await subscription.receive() as message:
                    job.arrived()
                    _ = message.payload


async def receive_frames(job: PeerJob, ready: Ready) -> None:
    """Receive bytes."""
    spec = SubscriptionSpec(patterns=(Pattern(context=job.context, kind="events", noun=NOUN),), credit=CREDIT)
    async with Bus(job.url, context=job.context) as bus, bus.transport.listen(spec) as consumer:
        ready()
        with job.measured():
            left = job.count
            while left > 0:
                for delivery in await consumer.receive():
                    job.arrived()
                    delivery.accept()
                    left -= 1


def _batches(count: int) -> list[int]:
    return [BATCH] * (count // BATCH) + ([count % BATCH] if count % BATCH else [])
