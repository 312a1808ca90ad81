"""MQTT: what one message costs, paho's own thread against ``MqttTransport`` on asyncio and on trio.

    python benchmarks/bench_mqtt.py [--quick] [--json PATH] [--url mqtt://host] [--repeat N]

Rules: those of ``report``; the broker and the sender for a receiver are processes of their own, and connecting and a
warm-up are not counted. The bar: publishing at QoS 1 costs at most half of paho's CPU time, in batches or by many
tasks, though paho is compared bare (no properties, ours has six). The rows of the typed ``Bus`` make a message of a
payload and write it as XML besides, which paho's rows do not; the bar is not theirs. The broker lets 1000 messages be
in flight; with Mosquitto's own default of 20 (``--inflight 20``) everybody's packets are small.
"""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import report
from job import MANY, Job, feeder, on_both_loops, publish, publish_typed, receive
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from report import Cost, countdown

from cimbus.testing.brokers import MosquittoBroker

RESULTS = Path(__file__).parent / "results" / "bench_mqtt.json"
BAR = 0.5
PART = 10
"""One after another takes its time: that many times fewer messages."""


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
                    sent = client.publish(str(job.topic), job.body, qos, properties=more)
                    if one_by_one:
                        sent.wait_for_publish()
                wait()
    return cost


def paho_receive(job: Job, qos: int) -> Cost:
    """Count what arrives; paho acknowledges by itself."""
    cost = Cost()
    with paho(job) as client, feeder(job) as feed:
        client.on_message, wait = countdown(job.count)
        client.on_subscribe, subscribed = countdown(1)
        client.subscribe(f"{job.context}/#", qos)
        subscribed()
        with cost.measured(job.count):
            feed()
            wait()
    return cost


def tables(url: str, count: int, size: int, qos: int) -> dict[str, dict[str, Callable[[], Cost]]]:
    """Return name to candidates, the first of which the others are compared with."""
    job = Job(f"{url}?qos={qos}", count, size)
    return {
        f"publish QoS {qos}": {
            "paho thread": lambda: paho_publish(job, qos),
            "paho thread, the same properties": lambda: paho_publish(job, qos, properties=True),
            **on_both_loops("cimbus {}, batches", publish, job, tasks=4, batch=100),
            **on_both_loops("cimbus {}, 256 tasks", publish, job, tasks=MANY),
            **on_both_loops("Bus {}, typed, 256 tasks", publish_typed, job),
        },
        f"publish QoS {qos} one after another": {
            "paho thread": lambda: paho_publish(job, qos, one_by_one=True),
            **on_both_loops("cimbus {}", publish, job, tasks=1, part=PART),
        },
        f"receive QoS {qos}": {
            "paho thread": lambda: paho_receive(job, qos),
            **on_both_loops("cimbus {}", receive, job),
        },
    }


def options() -> Namespace:
    parser = report.arguments("What a message costs over MQTT, against paho's own thread.", RESULTS)
    parser.add_argument("--size", type=int, default=1_900, help="bytes of a body, where it is not a typed payload")
    parser.add_argument("--inflight", type=int, default=1_000, help="the broker's max_inflight_messages (1000)")
    parser.add_argument("--url", help="a broker that runs already, mqtt://host:port/")
    return report.parse(parser)


def main() -> None:
    given = options()
    rows: list[report.Row] = []
    with ExitStack() as stack:
        url = given.url
        if not url:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            lines = [f"max_inflight_messages {given.inflight}"]
            url = stack.enter_context(MosquittoBroker(folder, persistent=False, lines=lines)).url()
        both = tables(url, given.count, given.size, 0) | tables(url, given.count, given.size, 1)
        for name, candidates in both.items():
            if given.only in name:
                rows += (found := report.take_turns(name, candidates, given.repeat))
                report.show(found)
    inflight = None if given.url else given.inflight  # of a broker that runs already we do not know it
    report.save(given, rows, ("paho-mqtt", "trio"), size=given.size, inflight=inflight)
    barred = [row for row in rows if row["table"] == "publish QoS 1" and str(row["name"]).startswith("cimbus")]
    report.judge(barred, BAR)


if __name__ == "__main__":
    main()
