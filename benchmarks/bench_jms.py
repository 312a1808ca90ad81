"""JMS: what one message costs, stomp.py and Java's clients against ``cimbus_jms`` over STOMP and AMQP 1.0.

    python benchmarks/bench_jms.py [--quick] [--json PATH] [--repeat N] [--only activemq]

Rules: those of ``report``; brokers and the sender for a receiver are processes of their own, and connecting and a
warm-up are not counted. Messages are persistent, and somebody's durable subscription keeps them. stomp.py sends as its
documentation has it, one receipt each 64 messages (one by one for ``a receipt each``), and acknowledges each message;
the Java client is the broker's own (OpenWire, core), alone or with 64 messages in a transaction, and its CPU is that of
its JVM, compiler included. The baseline is stomp.py; the bar: our STOMP costs no more than stomp.py. The typed rows
write or read the XML besides, which the others do not.
"""

from __future__ import annotations

import subprocess
import tempfile
import threading
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import anyio
import report
import stomp
from job import MANY, Job, feeder, on_both_loops, publish, publish_typed, receive
from report import Cost

from cimbus import SubscriptionSpec
from cimbus.testing.brokers import ActiveMQBroker, ArtemisBroker
from cimbus.testing.brokers.jars import compiled

RESULTS = Path(__file__).parent / "results" / "bench_jms.json"
BAR = 1.0
TOGETHER = 64
"""How many messages share a receipt, or a transaction."""
JAVA = Path(__file__).parent / "java" / "JmsBench.java"


class Broker:
    """One broker, with what the clients call its topics.

    Args:
        running: the broker.
        factory: the class of its own client's ConnectionFactory.
        class_path: of that client.
    """

    def __init__(self, running: ActiveMQBroker | ArtemisBroker, factory: str, class_path: str) -> None:
        self.running, self.factory, self.class_path = running, factory, class_path
        self.stomp_port = running.port
        self.java_url = f"tcp://127.0.0.1:{running.openwire}"

    def job(self, count: int, size: int) -> Job:
        """Return a job over STOMP whose messages a durable subscription keeps, whatever wire they come by."""
        job = Job(self.running.url(), count, size)
        anyio.run(_keep, job)
        return job


async def _keep(job: Job) -> None:
    spec = SubscriptionSpec(patterns=(job.pattern,), group="kept", durable=True)
    async with job.transport() as transport, transport.listen(spec):
        pass


async def _drain(job: Job) -> None:
    """Take what is kept, so that the broker does not fill up."""
    spec = SubscriptionSpec(patterns=(job.pattern,), group="kept", durable=True, credit=1_000)
    async with job.transport() as transport, transport.listen(spec) as inbox:
        with suppress(TimeoutError):
            while True:
                with anyio.fail_after(0.3):
                    batch = await inbox.receive()
                for delivery in batch:
                    delivery.accept()


def drained(job: Job, call: Callable[[], Cost]) -> Callable[[], Cost]:
    """Return a candidate after which nothing is kept."""

    def run() -> Cost:
        cost = call()
        anyio.run(_drain, job)
        return cost

    return run


async def _name(job: Job) -> str:
    async with job.transport() as transport:  # which broker it is decides how its topics are called
        return transport.naming.address(job.topic)


# -- stomp.py ---------------------------------------------------------------------------------------------------------


class Receipts(stomp.ConnectionListener):
    """Lets one wait for a receipt."""

    def __init__(self) -> None:
        self.came: dict[str, threading.Event] = {}

    def on_receipt(self, frame: stomp.utils.Frame) -> None:
        self.came[frame.headers["receipt-id"]].set()


class Counting(stomp.ConnectionListener):
    """Acknowledges and counts what comes."""

    def __init__(self, connection: stomp.Connection12, count: int) -> None:
        self.connection, self.left, self.done = connection, count, threading.Event()

    def on_message(self, frame: stomp.utils.Frame) -> None:
        self.connection.ack(frame.headers["ack"])
        self.left -= 1
        if not self.left:
            self.done.set()


def stomp_headers(job: Job) -> dict[str, str]:
    """Return what our frames say of themselves, too."""
    return {**job.properties, "persistent": "true", "JMSXGroupID": job.topic.key, "Key": job.topic.key}


def stomp_send(broker: Broker, job: Job, together: int) -> Cost:
    """Send, and wait for a receipt after so many."""
    cost, receipts = Cost(), Receipts()
    connection = stomp.Connection12([("127.0.0.1", broker.stomp_port)], auto_content_length=True)
    connection.set_listener("", receipts)
    connection.connect(wait=True)
    destination, headers = f"/topic/{anyio.run(_name, job)}", stomp_headers(job)
    if isinstance(broker.running, ArtemisBroker):
        destination, headers["destination-type"] = destination.removeprefix("/topic/"), "MULTICAST"
    for count in (job.count // 10, job.count):
        with cost.measured(count):
            waiting: list[threading.Event] = []
            for number in range(1, count + 1):
                more = {}
                if number % together == 0 or number == count:
                    more["receipt"] = f"r{count}-{number}"
                    waiting.append(receipts.came.setdefault(more["receipt"], threading.Event()))
                connection.send(destination, job.body, headers={**headers, **more})
                if together == 1:
                    assert waiting[-1].wait(20)
            assert all(each.wait(20) for each in waiting)
    connection.disconnect()
    return cost


def stomp_receive(broker: Broker, job: Job) -> Cost:
    """Receive and acknowledge each."""
    cost = Cost()
    connection = stomp.Connection12([("127.0.0.1", broker.stomp_port)], auto_decode=False)
    counting, receipts = Counting(connection, job.count), Receipts()
    connection.set_listener("counting", counting)
    connection.set_listener("receipts", receipts)
    connection.connect(wait=True)
    name = anyio.run(_name, job)
    with feeder(job) as feed:
        if isinstance(broker.running, ArtemisBroker):
            headers = {"subscription-type": "MULTICAST", "consumer-window-size": str(1 << 22)}
        else:
            name, headers = f"/topic/{name}", {"activemq.prefetchSize": "1000"}
        there = receipts.came.setdefault("there", threading.Event())
        connection.subscribe(name, "1", "client-individual", headers={**headers, "receipt": "there"})
        assert there.wait(20)
        with cost.measured(job.count):
            feed()
            assert counting.done.wait(60), f"{counting.left} missing"
    connection.disconnect()
    return cost


# -- Java -------------------------------------------------------------------------------------------------------------


def java(broker: Broker, job: Job, mode: str, together: int) -> Cost:
    """Let the broker's own client do it, in a JVM of its own."""
    name = anyio.run(_name, job)
    path = compiled(JAVA, broker.class_path)
    words = [broker.factory, broker.java_url, mode, name, str(job.count), str(len(job.body)), str(together)]
    command = ["java", "-XX:+UseSerialGC", "-cp", path, "JmsBench", *words]
    with ExitStack() as stack:
        feed = stack.enter_context(feeder(job)) if mode == "receive" else None
        process = stack.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if feed is not None:
            feed()
        cpu, wall = map(int, process.stdout.readline().split())
    cost = Cost()
    cost.cpu, cost.wall = cpu / 1e9 / job.count, wall / 1e9 / job.count
    return cost


# -- all of them ------------------------------------------------------------------------------------------------------


def tables(
    broker: Broker, count: int, size: int, wires: dict[str, dict[str, str]]
) -> dict[str, dict[str, Callable[[], Cost]]]:
    """Return name to candidates, the first of which the others are compared with."""
    title = broker.running.name
    first = broker.job(count, size)
    jobs = {wire: Job(broker.running.url(**options), count, size, first.context) for wire, options in wires.items()}
    sending: dict[str, Callable[[], Cost]] = {
        "stomp.py": partial(stomp_send, broker, first, TOGETHER),
        "stomp.py, a receipt each": partial(stomp_send, broker, first, 1),
        "Java client": partial(java, broker, first, "send", 1),
        "Java client, transacted": partial(java, broker, first, "send", TOGETHER),
    }
    receiving: dict[str, Callable[[], Cost]] = {
        "stomp.py": partial(stomp_receive, broker, first),
        "Java client": partial(java, broker, first, "receive", 1),
    }
    for wire, job in jobs.items():
        sending |= on_both_loops(f"{wire} {{}}, batches", publish, job, tasks=4, batch=TOGETHER)
        sending |= on_both_loops(f"{wire} {{}}, 256 tasks", publish, job, tasks=MANY)
        sending |= on_both_loops(f"Bus {wire} {{}}, typed, batches", publish_typed, job, batch=TOGETHER)
        receiving |= on_both_loops(f"{wire} {{}}", receive, job)
        receiving |= on_both_loops(f"Bus {wire} {{}}, typed", receive, job, typed=True)
    return {
        f"{title} send": {name: drained(first, call) for name, call in sending.items()},
        f"{title} receive": {name: drained(first, call) for name, call in receiving.items()},
    }


def options() -> Namespace:
    """Return what was asked for."""
    parser = report.arguments("What a message costs over JMS, against stomp.py and Java's own clients.", RESULTS)
    parser.add_argument("--size", type=int, default=1_900, help="bytes of a body, where it is not a typed payload")
    given = report.parse(parser)
    given.count = min(given.count, 5_000)  # what is sent is kept by the broker, on disk
    return given


def main() -> None:
    """Run all tables."""
    from cimbus.testing.brokers import activemq, jars

    given = options()
    rows: list[report.Row] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for make in (
            lambda: Broker(
                stack.enter_context(ActiveMQBroker(folder / "activemq", fast=True, heap="1g")),
                "org.apache.activemq.ActiveMQConnectionFactory",
                activemq.class_path(),
            ),
            lambda: Broker(
                stack.enter_context(ArtemisBroker(folder / "artemis", fast=True, heap="1g")),
                "org.apache.activemq.artemis.jms.client.ActiveMQJMSConnectionFactory",
                jars.jars("artemis"),
            ),
        ):
            broker = make()
            wires = {"STOMP": {}}
            if isinstance(broker.running, ArtemisBroker):
                wires["AMQP"] = {"wire": "amqp"}
            for name, candidates in tables(broker, given.count, given.size, wires).items():
                if given.only in name:
                    rows += (found := report.take_turns(name, candidates, given.repeat))
                    report.show(found)
    report.save(given, rows, ("stomp.py", "python-qpid-proton", "trio"), size=given.size)
    # by many tasks each message is waited for, which stomp.py does in the row of a receipt each
    report.judge([row for row in rows if str(row["name"]).startswith("STOMP") and "tasks" not in str(row["name"])], BAR)


if __name__ == "__main__":
    main()
