"""A box in the field: it publishes through an outbox over a link that is away at first, is cut, and is killed itself.

By hand, in ``tests``: ``python -m acceptance.field_box mosquitto --count 100000 --kills 20``. Prints what arrived.

The link is a proxy that refuses connections. The box is a process of its own, killed with SIGKILL and started again; it
writes down which event it has published, and after a kill publishes the last one again under its MessageID. At the far
side a component with an inbox writes what it handles.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Self
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import msgspec

from cimbus import Bus, Component, Message, UnitOfWork
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, IdentifiedObject, Reference
from cimbus.testing.brokers import ActiveMQBroker, ArtemisBroker, Broker, KafkaBroker, MosquittoBroker
from cimbus.testing.proxy import FaultProxy

TIME = datetime(2026, 3, 1, tzinfo=UTC)
"""Of every event, so that one which is published again has the same octets."""
KEYS = 200
PAUSE = 0.002
"""Between two events of the box, in seconds: so that it is killed while it publishes."""
KINDS: dict[str, tuple[type[Broker], dict[str, str]]] = {
    "mosquitto": (MosquittoBroker, {}),
    "kafka": (KafkaBroker, {}),
    "activemq": (ActiveMQBroker, {}),
    "artemis": (ArtemisBroker, {}),
    "artemis-amqp": (ArtemisBroker, {"wire": "amqp"}),
}


class Outcome(msgspec.Struct):
    """What came of a run, in messages."""

    count: int
    lost: int
    repeated: int
    reordered: int
    kills: int
    seconds: float


def event(number: int) -> EndDeviceEvents:
    usage_point = IdentifiedObject(mRID=f"UP-{number % KEYS}")
    one = EndDeviceEvent(
        mRID=str(number),
        createdDateTime=TIME,
        EndDeviceEventType=Reference(ref="3.26.0.47"),
        UsagePoint=usage_point,
    )
    return EndDeviceEvents(EndDeviceEvent=[one])


# -- the box ----------------------------------------------------------------------------------------------------------


async def box(url: str, folder: str, count: int) -> None:
    """Publish the events that are left, and wait until they are sent."""
    with open(f"{folder}/progress", "a+", encoding="ascii") as progress:  # noqa: ASYNC230, PTH123
        progress.seek(0)
        begin = progress.read().count("\n")
        await _publish(url, folder, range(begin, count), progress)
    print("sent", flush=True)


async def _publish(url: str, folder: str, numbers: range, progress: IO[str]) -> None:
    async with Bus(url, outbox=f"{folder}/outbox.db", source="BOX") as bus:
        for number in numbers:
            await bus.publish(event(number), message_id=f"box-{number}", timestamp=TIME)
            progress.write("\n")
            progress.flush()
            await anyio.sleep(PAUSE)
        await bus.outbox.flush()


# -- what happens to it -----------------------------------------------------------------------------------------------


async def run(kind: str, count: int, kills: int, away: float, folder: Path) -> Outcome:
    """Run a box against a broker; return what arrived."""
    make, options = KINDS[kind]
    began, port = anyio.current_time(), 0
    with make(folder / "broker") as broker:
        async with AsyncExitStack() as stack:
            target = urlsplit(broker.url(**options)).port
            if isinstance(broker, KafkaBroker):  # which tells clients where to connect to
                target, port = broker.proxied, broker.advertised
            proxy = await stack.enter_async_context(FaultProxy(target or 0, port=port))
            far = stack.enter_context(Collector(folder / "far.db"))
            bus = await stack.enter_async_context(Bus(broker.url(**options)))
            tasks = await stack.enter_async_context(anyio.create_task_group())
            await tasks.start(far.component.run, bus)
            url = broker.url(port=proxy.port, **options)
            done = await disturb(proxy, url, folder, count, kills, away)
            with anyio.move_on_after(120):
                while far.count() < count:  # noqa: ASYNC110  # another task writes it
                    await anyio.sleep(0.1)
            far.component.stop()
        return far.outcome(count, done, anyio.current_time() - began)


async def disturb(proxy: FaultProxy, url: str, folder: Path, count: int, kills: int, away: float) -> int:
    """Run the box to its end over a bad link; return how often it was killed."""
    draw = random.Random(count)  # the same run again
    killed = 0
    with proxy.refusing():
        process = _start(url, folder, count)
        await anyio.sleep(away)
    outages = 3
    while (code := process.poll()) is None:
        await anyio.sleep(draw.uniform(0.2, 1.0))
        if outages and draw.random() < 0.3:
            outages -= 1
            with proxy.refusing():
                proxy.cut()
                await anyio.sleep(draw.uniform(0.2, 1.0))
        if killed < kills and process.poll() is None:
            process.kill()
            await anyio.to_thread.run_sync(process.wait)
            killed += 1
            process = _start(url, folder, count)
    if code:
        raise AssertionError(f"the box ended with {code}")
    return killed


def _start(url: str, folder: Path, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "acceptance.field_box", "--box", url, str(folder), str(count)]
    return subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.DEVNULL)


class Collector:
    """The far side: every event is written in the transaction that marks it as handled."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.component = Component("FAR", inbox=path)

        @self.component.on(EndDeviceEvents, name="event", concurrency=32)
        async def collect(message: Message[EndDeviceEvents], work: UnitOfWork) -> None:
            assert message.payload is not None
            work.execute("insert into seen (number) values (?)", int(message.payload.EndDeviceEvent[0].mRID or ""))

    def __enter__(self) -> Self:
        self._db = sqlite3.connect(self.path)
        self._db.execute("create table seen (id integer primary key, number integer)")
        self._db.commit()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._db.close()

    def count(self) -> int:
        """Return how many different events have come."""
        return int(self._db.execute("select count(distinct number) from seen").fetchone()[0])

    def outcome(self, count: int, kills: int, seconds: float) -> Outcome:
        """Return what came."""
        with closing(sqlite3.connect(self.path)) as db:
            numbers = [number for (number,) in db.execute("select number from seen order by id")]
        last: dict[int, int] = {}
        reordered = 0
        for number in numbers:
            reordered += number < last.get(number % KEYS, -1)
            last[number % KEYS] = number
        return Outcome(count, count - len(set(numbers)), len(numbers) - len(set(numbers)), reordered, kills, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("kind", choices=KINDS, nargs="?", default="mosquitto")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--away", type=float, default=60.0, help="seconds without a link at first")
    parser.add_argument("--box", nargs=3, metavar=("URL", "FOLDER", "COUNT"), help="be the box")
    given = parser.parse_args()
    if given.box:
        url, folder, count = given.box
        anyio.run(box, url, folder, int(count))
        return
    with tempfile.TemporaryDirectory() as folder:
        outcome = anyio.run(run, given.kind, given.count, given.kills, given.away, Path(folder))
    print(outcome)
    sys.exit(bool(outcome.lost or outcome.repeated or outcome.reordered))


if __name__ == "__main__":
    main()
