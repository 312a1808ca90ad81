"""paho-mqtt: its own thread, QoS 1, and what arrives is acknowledged by it."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from cimbus.bench.extras import needed

from .job import KEYS, PeerJob, Ready

WINDOW = 1_000
"""Messages that are given to paho before their acknowledgements are waited for."""


async def publish(job: PeerJob) -> None:
    """Publish with the properties that cimbus writes, too, and wait for every PUBACK."""
    addresses = [await job.address(topic) for topic in job.topics]
    properties = publish_properties(job)
    client = _connected(job)
    try:
        for count in job.rounds:
            with job.measured():
                for start in range(0, count, WINDOW):
                    sent = [
                        client.publish(addresses[number % KEYS], job.bodies[number % KEYS], 1, properties=properties)
                        for number in range(start, min(start + WINDOW, count))
                    ]
                    for each in sent:
                        each.wait_for_publish()
    finally:
        _end(client)


async def receive(job: PeerJob, ready: Ready) -> None:
    """Count what arrives."""
    client, done, left = _connected(job), threading.Event(), job.count

    def count(*_: object) -> None:
        nonlocal left
        job.arrived()
        left -= 1
        if not left:
            done.set()

    subscribed = threading.Event()
    client.on_message, client.on_subscribe = count, partial(_set, subscribed)
    try:
        client.subscribe(f"{job.context}/#", 1)
        subscribed.wait()
        ready()
        with job.measured():
            done.wait()
    finally:
        _end(client)


def publish_properties(job: PeerJob) -> Any:
    """Return what messages say of themselves, as paho writes it."""
    types = needed("paho.mqtt.packettypes").PacketTypes
    properties = needed("paho.mqtt.properties").Properties(types.PUBLISH)
    properties.ContentType = job.properties["ContentType"]
    properties.UserProperty = [item for item in job.properties.items() if item[0] != "ContentType"]
    return properties


def _connected(job: PeerJob) -> Any:
    paho, enums = needed("paho.mqtt.client"), needed("paho.mqtt.enums")
    client = paho.Client(enums.CallbackAPIVersion.VERSION2, protocol=enums.MQTTProtocolVersion.MQTTv5)
    connected, parts = threading.Event(), urlsplit(job.url)
    client.on_connect = partial(_set, connected)
    client.connect(parts.hostname or "localhost", parts.port or 1883)
    client.loop_start()
    connected.wait()
    return client


def _set(event: threading.Event, *_: object) -> None:
    event.set()


def _end(client: Any) -> None:
    client.disconnect()
    client.loop_stop()
