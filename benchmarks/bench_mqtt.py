"""MQTT: what one message costs, paho's own thread against ``MqttTransport`` on asyncio and on trio.

    python benchmarks/bench_mqtt.py [--quick] [--json PATH] [--url mqtt://host] [--repeat N]

Rules: those of ``report``; the broker and whoever feeds a receiver are processes of their own, and connecting and a
warm-up are not counted. The bar: publishing at QoS 1 costs at most half of paho's CPU time, in batches or by many
tasks, though paho is compared bare (no properties, ours has six). The rows of the typed ``Bus`` make a message of a
payload and write it as XML besides, which paho's rows do not; the bar is not theirs. The broker lets 1000 messages be
in flight; with Mosquitto's own default of 20 (``--inflight 20``) everybody's packets are small.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import uuid
from argparse import SUPPRESS, Namespace
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import report
import samples
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from brokers import Mosquitto
from report import Cost, countdown, share

from cimbus import Bus, Frame, Intake, Pattern, Topic
from cimbus_mqtt import MqttTransport

RESULTS = Path(__file__).parent / "results" / "bench_mqtt.json"
BAR = 0.5
QUIET = 20.0
"""After so many seconds without a message a receiver is not going to get more."""
MANY = 256
PART = 10
"""One after another takes its time: that many times fewer messages."""
LOOPS = ("asyncio", "trio")


class Job:
    """How much of what goes where."""

    def __init__(self, url: str, count: int, size: int, context: str = "") -> None:
        self.url, self.count, self.body = url, count, bytes(size)
        self.context = context or f"bench{uuid.uuid4().hex[:8]}"
        topic = Topic(self.context, "events", "EndDeviceEvents", "created", "meter-1")
        self.address = str(topic)
        self.properties = {
            "Context": self.context,
            "Noun": "EndDeviceEvents",
            "Verb": "created",
            "Source": "HES-1",
            "MessageID": "6b1ff0e4-5c2a-4a8e-9d1e-3b7f1c9d2e5a",
            "ContentType": "application/xml",
        }
        self.frame = Frame(topic=topic, body=self.body, properties=self.properties)

    def transport(self, qos: int) -> MqttTransport:
        return MqttTransport.from_url(f"{self.url}?qos={qos}")


# -- paho's own thread ------------------------------------------------------------------------------------------------


@contextmanager
def paho(job: Job) -> Iterator[Client]:
    """A client whose thread runs, connected."""
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.on_connect, connected = countdown(1)
    parts = urlsplit(job.url)
    client.connect(parts.hostname or "localhost", parts.port or 1883)
    client.loop_start()
    connected()
    try:
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def paho_properties(job: Job) -> Properties:
    found = Properties(PacketTypes.PUBLISH)
    found.ContentType = job.properties["ContentType"]
    found.UserProperty = [item for item in job.properties.items() if item[0] != "ContentType"]
    return found


def paho_publish(job: Job, qos: int, *, properties: bool = False, one_by_one: bool = False) -> Cost:
    """Publish, all at once or one after another, and wait until the broker (at QoS 0: the socket) has all."""
    cost = Cost()
    total = job.count // PART if one_by_one else job.count
    with paho(job) as client:
        for count in (total // 10, total):  # the first round is the warm-up
            client.on_publish, wait = countdown(count)
            with cost.measured(count):
                for _ in range(count):
                    more = paho_properties(job) if properties else None
                    sent = client.publish(job.address, job.body, qos, properties=more)
                    if one_by_one:
                        sent.wait_for_publish()
                wait()
    return cost


def paho_receive(job: Job, qos: int) -> Cost:
    """Count what arrives; paho acknowledges by itself."""
    cost = Cost()
    with paho(job) as client, feeder(job, qos) as feed:
        client.on_message, wait = countdown(job.count)
        client.on_subscribe, subscribed = countdown(1)
        client.subscribe(f"{job.context}/#", qos)
        subscribed()
        with cost.measured(job.count):
            feed()
            wait()
    return cost


# -- this transport, and the bus on it --------------------------------------------------------------------------------


async def publish(job: Job, qos: int, *, tasks: int, batch: int = 1, part: int = 1) -> Cost:
    """Tasks that each send a batch of frames and wait for it."""
    frames = [job.frame] * batch
    async with job.transport(qos) as transport:

        async def send() -> None:
            assert not any(await transport.send(frames))

        return await share(job.count // part, tasks, batch, send)


async def publish_typed(job: Job, qos: int) -> Cost:
    """Many tasks, each of which publishes a payload: what an application does."""
    payloads = cycle([samples.event(number).payload for number in range(100)])
    async with Bus(job.transport(qos), source="HES-1", context=job.context) as bus:
        return await share(job.count, MANY, 1, lambda: bus.publish(next(payloads)))


async def receive(job: Job, qos: int) -> Cost:
    """Receive batches and accept each delivery."""
    cost = Cost()
    intake = Intake(patterns=(Pattern(context=job.context),), credit=1_000)
    async with job.transport(qos) as transport, transport.listen(intake) as inbox:
        with feeder(job, qos) as feed, cost.measured(job.count):
            feed()
            left = job.count
            while left:
                with anyio.fail_after(QUIET):
                    batch = await inbox.receive()
                for delivery in batch:
                    delivery.accept()
                left -= len(batch)
    return cost


@contextmanager
def feeder(job: Job, qos: int) -> Iterator[Callable[[], None]]:
    """A process that is connected and sends when the function that this yields is called."""
    command = [sys.executable, __file__, "--feed", job.url, job.context, str(job.count), str(len(job.body)), str(qos)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield lambda: print("go", file=process.stdin, flush=True)
            process.wait(60)
        finally:
            process.kill()


async def feed_now(url: str, context: str, count: str, size: str, qos: str) -> None:
    job = Job(url, int(count), int(size), context)
    async with job.transport(int(qos)) as transport:
        print("ready", flush=True)
        sys.stdin.readline()
        for start in range(0, job.count, 200):
            assert not any(await transport.send([job.frame] * min(200, job.count - start)))


def tables(job: Job, qos: int) -> dict[str, dict[str, Callable[[], Cost]]]:
    """Return name to candidates, the first of which the others are compared with."""

    def ours(name: str, work: Callable[..., Awaitable[Cost]], **more: int) -> dict[str, Callable[[], Cost]]:
        call = partial(work, job, qos, **more)
        return {name.format(loop): partial(anyio.run, call, backend=loop) for loop in LOOPS}

    return {
        f"publish QoS {qos}": {
            "paho thread": lambda: paho_publish(job, qos),
            "paho thread, the same properties": lambda: paho_publish(job, qos, properties=True),
            **ours("cimbus {}, batches", publish, tasks=4, batch=100),
            **ours("cimbus {}, 256 tasks", publish, tasks=MANY),
            **ours("Bus {}, typed, 256 tasks", publish_typed),
        },
        f"publish QoS {qos} one after another": {
            "paho thread": lambda: paho_publish(job, qos, one_by_one=True),
            **ours("cimbus {}", publish, tasks=1, part=PART),
        },
        f"receive QoS {qos}": {"paho thread": lambda: paho_receive(job, qos), **ours("cimbus {}", receive)},
    }


def options() -> Namespace:
    parser = report.arguments("What a message costs over MQTT, against paho's own thread.", RESULTS)
    parser.add_argument("--size", type=int, default=1_900, help="bytes of a body, where it is not a typed payload")
    parser.add_argument("--inflight", type=int, default=1_000, help="the broker's max_inflight_messages (1000)")
    parser.add_argument("--url", help="a broker that runs already, mqtt://host:port/")
    parser.add_argument("--feed", nargs=5, help=SUPPRESS)
    return report.parse(parser)


def main() -> None:
    given = options()
    if given.feed:
        anyio.run(feed_now, *given.feed)
        return
    rows: list[report.Row] = []
    with ExitStack() as stack:
        url = given.url
        if not url:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            lines = [f"max_inflight_messages {given.inflight}"]
            url = stack.enter_context(Mosquitto(folder, persistent=False, lines=lines)).url()
        job = Job(url, given.count, given.size)
        for name, candidates in (tables(job, 0) | tables(job, 1)).items():
            if given.only in name:
                rows += (found := report.take_turns(name, candidates, given.repeat))
                report.show(found)
    inflight = None if given.url else given.inflight  # of a broker that runs already we do not know it
    report.save(given, rows, ("paho-mqtt", "trio"), size=given.size, inflight=inflight)
    barred = [row for row in rows if row["table"] == "publish QoS 1" and str(row["name"]).startswith("cimbus")]
    report.judge(barred, BAR)


if __name__ == "__main__":
    main()
