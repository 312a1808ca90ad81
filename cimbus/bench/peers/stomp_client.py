"""stomp.py: its own thread, persistent messages, a receipt for each window, and an acknowledgement for each message."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlsplit

from cimbus.bench.extras import needed

from .job import KEYS, PeerJob, Ready

WINDOW = 64
"""Messages that share a receipt, as those of cimbus do."""


async def publish(job: PeerJob) -> None:
    """Send, and wait for the receipt of each window."""
    destinations = [await _destination(job, number) for number in range(KEYS)]
    connection, receipts = _connected(job), _Receipts()
    connection.set_listener("receipts", receipts)
    headers = {**job.properties, "persistent": "true"}
    try:
        for count in job.rounds:
            with job.measured():
                for start in range(0, count, WINDOW):
                    numbers = range(start, min(start + WINDOW, count))
                    for number in numbers:
                        more = {"receipt": f"{count}-{start}"} if number == numbers[-1] else {}
                        body, to = job.bodies[number % KEYS], destinations[number % KEYS]
                        connection.send(to, body, headers={**headers, **more})
                    receipts.wait(f"{count}-{start}")
    finally:
        connection.disconnect()


async def receive(job: PeerJob, ready: Ready) -> None:
    """Acknowledge and count what arrives."""
    destination = await _destination(job, 0)
    connection, counting = _connected(job), _Counting(job)
    counting.connection = connection
    connection.set_listener("counting", counting)
    connection.subscribe(destination, id="1", ack="client-individual", headers={"receipt": "subscribed"})
    try:
        counting.subscribed.wait()
        ready()
        with job.measured():
            counting.done.wait()
    finally:
        connection.disconnect()


async def _destination(job: PeerJob, number: int) -> str:
    return f"/topic/{await job.address(job.topics[number])}"


def _connected(job: PeerJob) -> Any:
    parts = urlsplit(job.url)
    where = (parts.hostname or "localhost", parts.port or 61613)
    connection = needed("stomp").Connection12([where], auto_content_length=True, auto_decode=False)
    connection.connect(wait=True)
    return connection


class _Receipts:
    """Lets one wait for a receipt; stomp.py calls what a listener has."""

    def __init__(self) -> None:
        self._came: set[str] = set()
        self._changed = threading.Condition()

    def on_receipt(self, frame: Any) -> None:
        with self._changed:
            self._came.add(frame.headers["receipt-id"])
            self._changed.notify_all()

    def wait(self, receipt: str) -> None:
        with self._changed:
            self._changed.wait_for(lambda: receipt in self._came)


class _Counting:
    connection: Any

    def __init__(self, job: PeerJob) -> None:
        self._job, self._left = job, job.count
        self.subscribed, self.done = threading.Event(), threading.Event()

    def on_receipt(self, _: Any) -> None:
        self.subscribed.set()

    def on_message(self, frame: Any) -> None:
        self._job.arrived()
        self.connection.ack(frame.headers["ack"])
        self._left -= 1
        if not self._left:
            self.done.set()
