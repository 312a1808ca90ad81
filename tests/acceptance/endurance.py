"""Many messages over a broker that is killed twice, to a consumer that is killed three times: what arrives, and how.

Three processes: the publisher (this one), ``cimbus run application:app``, and the broker. By hand, in ``tests``::

    python -m acceptance.endurance kafka --count 100000 [--inbox] [--backend trio]

It prints what was lost, what came out of the order of its key, what was handled twice, and how fast it went; its exit
code is 0 if nothing was lost or out of order, and, with ``--inbox``, nothing was handled twice.

Mosquitto is stopped in order rather than killed: it saves what it has then, and would else lose it, for any client.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import msgspec

from cimbus import Bus
from cimbus.cli.exits import UNREACHABLE
from cimbus.testing.brokers import ActiveMQBroker, ArtemisBroker, Broker, KafkaBroker, MosquittoBroker

from .processes import Command, Seen, command, event

BATCH = 250
KEYS = 50
BROKER_DIES = (0.35, 0.7)
"""When, as shares of what is published."""
CONSUMER_DIES = (0.2, 0.5, 0.8)
"""When, as shares of what was handled."""

RARELY = ["autosave_interval 1000000"]
"""Changes until Mosquitto saves by itself: at each, it does nothing else."""


class Kind(msgspec.Struct, frozen=True):
    """A bus to try: what starts its broker, and how its URL is asked for."""

    needs: str = ""
    make: Callable[[Path], Broker] | None = None
    options: dict[str, Any] = {}


KINDS = {
    "sqlite": Kind(),
    "mosquitto": Kind("mosquitto", partial(MosquittoBroker, lines=RARELY)),
    # session: so that the members that stay do not wait long for a killed one
    "kafka": Kind("kafka", KafkaBroker, {"session": 2}),
    "activemq": Kind("activemq", ActiveMQBroker),
    "artemis": Kind("artemis", ArtemisBroker),
    "artemis-amqp": Kind("artemis", ArtemisBroker, {"wire": "amqp"}),
}


class Outcome(msgspec.Struct, kw_only=True):
    """What came of a run; counts of messages, and seconds."""

    count: int
    lost: int
    reordered: int
    """How many were handled for the first time after a later one of their key."""
    repeated: int
    """How many were handled again."""
    published: float
    handled: float

    @property
    def line(self) -> str:
        """Say it."""
        return (
            f"{self.count} messages: {self.lost} lost, {self.reordered} out of order, {self.repeated} handled again; "
            f"published in {self.published:.1f} s, handled after {self.handled:.1f} s"
        )


class Endurance:
    """One run.

    Args:
        url: the bus.
        broker: what to kill, None if there is none.
        folder: for files.
        count: of messages.
        inbox: whether the consumer has a durable inbox.
        backend: asyncio or trio, of both processes.
        patience: seconds for all of it.
    """

    def __init__(
        self, url: str, broker: Broker | None, folder: Path, *, count: int, inbox: bool, backend: str, patience: float
    ) -> None:
        self.url = url
        self.broker = broker
        self.count = count
        self.backend = backend
        self.patience = patience
        self.seen = Seen(folder / "seen")
        self.inbox = folder / "inbox.db" if inbox else None
        if self.inbox is not None:
            with closing(sqlite3.connect(self.inbox)) as db:
                db.execute("create table seen (mrid text)")
        self._letters = folder / "letters.db"
        self._published = 0
        self._seconds = [0.0, 0.0]

    def run(self) -> Outcome:
        """Run it and say what came of it."""
        anyio.run(self._work, backend=self.backend)
        ids = self._handled()
        last: dict[int, int] = {}
        reordered = 0
        for number in dict.fromkeys(ids):
            reordered += number < last.get(number % KEYS, -1)
            last[number % KEYS] = max(number, last.get(number % KEYS, -1))
        lost = self.count - len(set(ids))
        return Outcome(
            count=self.count,
            lost=lost,
            reordered=reordered,
            repeated=len(ids) - len(set(ids)),
            published=self._seconds[0],
            handled=self._seconds[1],
        )

    def _handled(self) -> list[int]:
        if self.inbox is None:
            texts = self.seen.ids
        else:
            with closing(sqlite3.connect(self.inbox)) as db:
                texts = [row[0] for row in db.execute("select mrid from seen order by rowid")]
        return [int(text.partition("-")[2]) for text in texts]

    async def _work(self) -> None:
        begin = time.monotonic()
        with anyio.fail_after(self.patience):
            async with (
                Bus(self.url, source="HES", dead_letters=str(self._letters)) as bus,
                anyio.create_task_group() as tasks,
            ):
                with self._consumer() as first:
                    await anyio.to_thread.run_sync(first.until, "running")
                    first.drain()
                    tasks.start_soon(self._publish, bus, begin)
                    if self.broker is not None:
                        tasks.start_soon(self._kill_broker)
                    await self._until(CONSUMER_DIES[0], first)
                    first.kill()
                for share in (*CONSUMER_DIES[1:], 1.0):
                    while not await self._consume(share):
                        pass  # the broker was away when it started; its supervisor starts it again
                self._seconds[1] = time.monotonic() - begin

    async def _consume(self, share: float) -> bool:
        """Run a consumer until so much was handled, then kill it, the last one in order; False if it did not start."""
        with self._consumer() as consumer:
            consumer.drain()
            if not await self._until(share, consumer):
                return False
            if share < 1:
                consumer.kill()
            else:
                consumer.process.terminate()
                await anyio.to_thread.run_sync(consumer.process.wait)
        return True

    def _consumer(self) -> Any:
        names = {"SEEN": self.seen.path, "CIMBUS_DEAD_LETTERS": self._letters}
        if self.inbox is not None:
            names["INBOX"] = self.inbox
        return command("run", "application:app", "--bus", self.url, "--backend", self.backend, **names)

    async def _publish(self, bus: Bus, begin: float) -> None:
        for start in range(0, self.count, BATCH):
            numbers = range(start, min(start + BATCH, self.count))
            for published in await bus.publish_many([event(number) for number in numbers]):
                assert published.error is None, published.error
            self._published = numbers.stop
        self._seconds[0] = time.monotonic() - begin

    async def _kill_broker(self) -> None:
        assert self.broker is not None
        for share in BROKER_DIES:
            while self._published < share * self.count:  # noqa: ASYNC110
                await anyio.sleep(0.01)
            await anyio.to_thread.run_sync(self._restart, self.broker)

    @staticmethod
    def _restart(broker: Broker) -> None:
        if isinstance(broker, MosquittoBroker):
            broker.stop()
            broker.start()
        else:
            broker.restart(settle=False)

    async def _until(self, share: float, consumer: Command) -> bool:
        """Wait until so many different messages were handled; False if the consumer ended: no broker to connect to.

        What a consumer with an inbox saw when it was killed may not be committed: at the end, only that counts.
        """
        goal, different, position = share * self.count, set[bytes](), 0
        with self.seen.path.open("rb") as file:
            while len(different) < goal or (share == 1.0 and len(set(self._handled())) < goal):
                code = consumer.process.poll()
                if code == UNREACHABLE:
                    return False
                if code is not None:
                    consumer.check()
                file.seek(position)
                text = file.read()
                position += text.rfind(b"\n") + 1
                different.update(text[: text.rfind(b"\n") + 1].split())
                await anyio.sleep(0.02)
        return True


def endure(
    kind: str, folder: Path, *, count: int, inbox: bool = False, backend: str = "asyncio", patience: float = 600.0
) -> Outcome:
    """Start a broker of a kind and run."""
    bus = KINDS[kind]
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        broker = None if bus.make is None else stack.enter_context(bus.make(folder / "broker"))
        url = f"sqlite://{folder}/bus.db" if broker is None else broker.url(**bus.options)
        return Endurance(url, broker, folder, count=count, inbox=inbox, backend=backend, patience=patience).run()


def main() -> int:
    """Run one by hand."""
    parser = argparse.ArgumentParser(prog="python -m acceptance.endurance", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--inbox", action="store_true", help="the consumer has a durable inbox")
    parser.add_argument("--backend", choices=["asyncio", "trio"], default="asyncio")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cimbus-") as folder:
        outcome = endure(
            arguments.kind,
            Path(folder),
            count=arguments.count,
            inbox=arguments.inbox,
            backend=arguments.backend,
            patience=3600.0,
        )
    print(f"{arguments.kind} on {arguments.backend}{', with an inbox' if arguments.inbox else ''}: {outcome.line}")
    return 1 if outcome.lost or outcome.reordered or (arguments.inbox and outcome.repeated) else 0


if __name__ == "__main__":
    sys.exit(main())
