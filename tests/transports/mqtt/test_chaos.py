"""A network at its worst between sender, broker and receiver: nothing is lost, and every key keeps its order.

Each fault waits until the stream has moved on, so that all of them meet connections that work; which fault comes when
is drawn from a seed.
"""

from __future__ import annotations

import random
from contextlib import ExitStack

import anyio
import pytest

from cimbus.interface.topic import Topic
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.testing.proxy import FaultProxy
from cimbus_mqtt import MqttTransport

from .support import context, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]

KEYS = ("a", "b", "c", "d", "e", "f", "g", "h")
EACH = 60
FAULTS = 8


class Stream:
    """Numbered frames of several keys, and what has come of them."""

    def __init__(self, ours: str) -> None:
        self.ours = ours
        self.found: dict[str, list[int]] = {key: [] for key in KEYS}
        self.news = anyio.Event()

    @property
    def distinct(self) -> int:
        return sum(len(set(found)) for found in self.found.values())

    async def send(self, sender: MqttTransport, key: str) -> None:
        for number in range(EACH):
            topic = Topic(self.ours, "events", "EndDeviceEvents", "created", key)
            assert await sender.send([Frame(topic=topic, body=b"%d" % number)]) == [None]

    def take(self, delivery: Delivery[Frame]) -> None:
        self.found[delivery.value.topic.key].append(int(delivery.value.body))
        delivery.accept()
        self.news.set()
        self.news = anyio.Event()

    async def until(self, distinct: int) -> None:
        while self.distinct < distinct:
            await self.news.wait()


async def fail(proxy: FaultProxy, fault: str, step: random.Random) -> None:
    """Do one thing to every connection through a proxy."""
    with ExitStack() as stack:
        if fault == "stall":
            stack.enter_context(proxy.stalled())
        elif fault == "slow":
            stack.enter_context(proxy.slow(chunk=step.choice((1, 5, 50)), pause=0.001))
        elif fault == "refuse":
            stack.enter_context(proxy.refusing())
        await anyio.sleep(step.random() * 0.1)  # how long a fault lasts is part of the fault
        if fault != "slow":
            proxy.reset() if fault == "reset" else proxy.cut()


async def receive(stream: Stream, inbox) -> None:
    while True:
        for delivery in await inbox.receive():
            stream.take(delivery)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("qos", "version"), [(1, "5"), (2, "5"), (1, "3.1.1"), (2, "3.1.1")])
async def test_nothing_is_lost_and_keys_keep_their_order(mosquitto, qos, version, seed):
    stream, step = Stream(context()), random.Random(seed)
    options = {"qos": qos, "version": version, "keepalive": 2}
    async with (
        FaultProxy(mosquitto.port) as before,
        FaultProxy(mosquitto.port) as behind,
        MqttTransport(mosquitto.url(port=before.port, **options)) as sender,
        MqttTransport(mosquitto.url(port=behind.port, **options)) as receiver,
        receiver.listen(spec(stream.ours, "chaos", durable=True, credit=20)) as inbox,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(receive, stream, inbox)
        for key in KEYS:
            tasks.start_soon(stream.send, sender, key)
        for number in range(FAULTS):
            await stream.until(number * len(KEYS) * EACH // FAULTS)
            await fail(step.choice((before, behind)), step.choice(("cut", "reset", "stall", "slow", "refuse")), step)
        await stream.until(len(KEYS) * EACH)
        tasks.cancel_scope.cancel()
    for found in stream.found.values():
        assert list(dict.fromkeys(found)) == list(range(EACH))  # the first time each came, in order
        if qos == 2:
            assert found == list(range(EACH))


async def test_closing_waits_for_what_is_in_flight(mosquitto):
    """A send that waits when the transport is closed, behind a line that is stalled for a while, still ends well."""
    topic, results, line = Topic(context(), "events", "EndDeviceEvents", "created", "k"), [], ExitStack()

    async def send(sender: MqttTransport) -> None:
        results.extend(await sender.send([Frame(topic=topic, body=b"%d" % number) for number in range(50)]))

    async def resume() -> None:
        await anyio.wait_all_tasks_blocked()  # so that the transport is closing by now
        line.close()

    async with FaultProxy(mosquitto.port) as proxy, anyio.create_task_group() as tasks:
        async with MqttTransport(mosquitto.url(port=proxy.port, qos=2)) as sender:
            line.enter_context(proxy.stalled())
            tasks.start_soon(send, sender)
            await anyio.wait_all_tasks_blocked()
            assert sender._sender.in_flight
            tasks.start_soon(resume)
        assert not sender.ready
    assert results == [None] * 50
