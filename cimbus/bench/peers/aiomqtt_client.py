"""aiomqtt: QoS 1, and many publishes under way; what arrives is acknowledged before the program takes it."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from cimbus.bench.extras import needed

from .job import KEYS, PeerJob, Ready
from .paho_client import publish_properties

WINDOW = 1_000
"""Publishes under way before they are waited for."""


async def publish(job: PeerJob) -> None:
    """Publish with the properties that cimbus writes, too, and wait for every PUBACK."""
    addresses = [await job.address(topic) for topic in job.topics]
    properties = publish_properties(job)
    async with _client(job) as client:
        client.pending_calls_threshold = WINDOW  # it would warn of more than ten
        for count in job.rounds:
            with job.measured():
                for start in range(0, count, WINDOW):
                    numbers = [number % KEYS for number in range(start, min(start + WINDOW, count))]
                    await asyncio.gather(
                        *(
                            client.publish(addresses[each], job.bodies[each], 1, properties=properties)
                            for each in numbers
                        )
                    )


async def receive(job: PeerJob, ready: Ready) -> None:
    """Count what arrives."""
    async with _client(job) as client:
        await client.subscribe(f"{job.context}/#", 1)
        ready()
        with job.measured():
            left = job.count
            async for _ in client.messages:
                job.arrived()
                left -= 1
                if not left:
                    break


def _client(job: PeerJob) -> Any:
    parts = urlsplit(job.url)
    version = needed("aiomqtt").ProtocolVersion.V5
    return needed("aiomqtt").Client(parts.hostname or "localhost", parts.port or 1883, protocol=version)
