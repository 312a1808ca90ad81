"""What the benchmarks of transports have in common: frames sent in batches or by many tasks, and received.

    python benchmarks/job.py URL CONTEXT COUNT SIZE     sends when told to on stdin: the feeder of a receiver

Rules: the bus is a URL, so that every transport is asked for the same; the sender for a receiver is another process.
"""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle

import anyio
import samples
from report import Cost, share

from cimbus import Bus, Frame, Pattern, SubscriptionSpec, Topic, Transport
from cimbus.middleware.discovery import open_transport

QUIET = 20.0
"""After so many seconds without a message a receiver is not going to get more."""
MANY = 256
LOOPS = ("asyncio", "trio")
KEYS = 100


class Job:
    """How much of what goes where; a context of its own keeps it from all others."""

    def __init__(self, url: str, count: int, size: int, context: str = "") -> None:
        self.url, self.count, self.body = url, count, bytes(size)
        self.context = context or f"bench{uuid.uuid4().hex[:8]}"
        self.properties = {
            "Context": self.context,
            "Noun": "EndDeviceEvents",
            "Verb": "created",
            "Source": "HES-1",
            "MessageID": "6b1ff0e4-5c2a-4a8e-9d1e-3b7f1c9d2e5a",
            "ContentType": "application/xml",
        }
        self.topics = [
            Topic(self.context, "events", "EndDeviceEvents", "created", f"meter-{number}") for number in range(KEYS)
        ]
        self.topic = self.topics[1]

    @property
    def pattern(self) -> Pattern:
        """What a receiver of this job listens to."""
        return Pattern(context=self.context, kind="events", noun="EndDeviceEvents")

    def transport(self) -> Transport:
        """Make a transport, not open yet."""
        return open_transport(self.url)

    def frames(self, count: int, *, keys: int = 1) -> list[Frame]:
        """Return so many frames of so many objects."""
        return [
            Frame(topic=self.topics[(number + 1) % keys if keys > 1 else 1], body=self.body, properties=self.properties)
            for number in range(count)
        ]


async def publish(job: Job, *, tasks: int, batch: int = 1, part: int = 1, keys: int = 1) -> Cost:
    """Tasks that each send a batch of frames and wait for it."""
    frames = job.frames(batch, keys=keys)
    async with job.transport() as transport:

        async def send() -> None:
            assert not any(await transport.send(frames))

        return await share(job.count // part, tasks, batch, send)


async def publish_typed(job: Job, *, batch: int = 1) -> Cost:
    """Many tasks, each of which publishes payloads: what an application does."""
    payloads = cycle([samples.event(number).payload for number in range(100)])
    async with Bus(job.transport(), source="HES-1", context=job.context) as bus:

        async def send() -> None:
            if batch == 1:
                await bus.publish(next(payloads))
            else:
                await bus.publish_many([next(payloads) for _ in range(batch)])

        return await share(job.count, MANY if batch == 1 else 4, batch, send)


async def receive(job: Job, *, typed: bool = False) -> Cost:
    """Receive batches and accept each delivery; typed: with the payload decoded."""
    cost = Cost()
    async with Bus(job.transport(), context=job.context) as bus:
        reader = bus.reader("bench")
        spec = SubscriptionSpec(patterns=(job.pattern,), credit=1_000)
        async with bus.transport.listen(spec) as inbox:
            with feeder(job, typed=typed) as feed, cost.measured(job.count):
                feed()
                left = job.count
                while left:
                    with anyio.fail_after(QUIET):
                        batch = await inbox.receive()
                    for delivery in batch:
                        if typed:
                            message = await reader.read(delivery)
                            assert message is not None
                            assert message.payload is not None
                        delivery.accept()
                    left -= len(batch)
    return cost


@contextmanager
def feeder(job: Job, *, typed: bool = False) -> Iterator[Callable[[], None]]:
    """A process that is connected and sends when the function that this yields is called."""
    size = "typed" if typed else str(len(job.body))
    command = [sys.executable, __file__, job.url, job.context, str(job.count), size]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield lambda: print("go", file=process.stdin, flush=True)
            process.wait(60)
        finally:
            process.kill()


async def feed_now(url: str, context: str, count: str, size: str) -> None:
    """Connect, say so, wait for a line, and send."""
    typed = size == "typed"
    job = Job(url, int(count), 0 if typed else int(size), context)
    payloads = [samples.event(number).payload for number in range(100)]
    async with Bus(job.transport(), source="HES-1", context=job.context) as bus:
        print("ready", flush=True)
        sys.stdin.readline()
        for start in range(0, job.count, 200):
            number = min(200, job.count - start)
            if typed:
                await bus.publish_many([payloads[index % 100] for index in range(number)])
            else:
                assert not any(await bus.transport.send(job.frames(number, keys=KEYS)))


def on_both_loops(
    name: str, work: Callable[..., Awaitable[Cost]], job: Job, **more: object
) -> dict[str, Callable[[], Cost]]:
    """Return candidates: a piece of work on each event loop; ``{}`` in the name is the loop."""
    call = partial(work, job, **more)
    return {name.format(loop): partial(anyio.run, call, backend=loop) for loop in LOOPS}


if __name__ == "__main__":
    anyio.run(feed_now, *sys.argv[1:])
