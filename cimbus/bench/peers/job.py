"""What every client is asked for: so many messages of a hundred objects, published or received."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from cimbus.application.bus import Bus
from cimbus.bench.payloads import payload_maker
from cimbus.bench.plan import StreamPlan
from cimbus.interface.codecs import encode
from cimbus.interface.message import Message
from cimbus.interface.topic import Topic

KEYS: Final = 100
BATCH: Final = 100
WARM: Final = 0.1
"""Share of the messages that are sent before the measure."""
NOUN: Final = "EndDeviceEvents"


class PeerJob:
    """One task.

    Args:
        url: the bus.
        context: Header.Context, which keeps one task from the others.
        count: messages.

    Attributes:
        payloads, messages, bodies, topics: of a hundred messages; the bodies are what the messages are written as.
        properties: what messages say of themselves, beside the body.
        wall, cpu: in seconds, after the measure.
    """

    def __init__(self, url: str, context: str, count: int) -> None:
        self.url, self.context, self.count = url, context, count
        make = payload_maker(StreamPlan(name="x", noun=NOUN, count=1, seconds=1.0, keys=KEYS))
        self.payloads = [make(f"m-{number}", datetime.now(UTC)) for number in range(KEYS)]
        self.messages: list[Message[Any]] = [
            Message.of(each, verb="created", source="HES", context=context) for each in self.payloads
        ]
        self.bodies = [encode(each) for each in self.messages]
        self.topics = [Topic(context, "events", NOUN, "created", f"m-{number}") for number in range(KEYS)]
        self.properties = {
            "Context": context,
            "Noun": NOUN,
            "Verb": "created",
            "Source": "HES",
            "MessageID": self.messages[0].header.message_id or "",
            "ContentType": "application/xml",
        }
        self.wall = self.cpu = 0.0
        self._began: float | None = None

    @property
    def rounds(self) -> tuple[int, int]:
        """How many messages are sent to warm up, and for the measure."""
        return max(int(self.count * WARM), 1), self.count

    async def address(self, topic: Topic) -> str:
        """Return what a topic is called on the broker."""
        async with Bus(self.url) as bus:
            return bus.transport.naming.address(topic)

    @contextmanager
    def measured(self) -> Generator[None]:
        """Measure the block; a later one takes the place of an earlier one."""
        began, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall, self.cpu = time.perf_counter() - (self._began or began), time.process_time() - cpu

    def arrived(self) -> None:
        """Note that a message has arrived: the wall time of receiving counts from the first one."""
        if self._began is None:
            self._began = time.perf_counter()


Ready = Callable[[], None]
"""Says that messages may come now."""
