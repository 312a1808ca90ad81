"""Publishing into an outbox while the link is away: events per second on disk, beside SQLite alone.

    python benchmarks/bench_outbox.py [--quick] [--json PATH] [--repeat N] [--count N]

Message a of ``samples``, 64 publishers, each of which waits until its message is on disk (synchronous = full). The
baseline writes the same octets with 64 rows in a transaction and nothing else. Rules as in ``report``; the bar is
20 000 events a second of wall time for typed messages, so it is also told how many that are.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial
from itertools import cycle
from pathlib import Path

import anyio
import report
import samples
from report import Cost, share

from cimbus import Bus, Frame, Pattern, SubscriptionSpec
from cimbus.application.marshal import pack
from cimbus.middleware.discovery import open_transport
from cimbus.middleware.outbox import Outbox
from cimbus.nouns.keys import key_of

RESULTS = Path(__file__).parent / "results" / "bench_outbox.json"
PUBLISHERS = 64
BAR = 20_000
AWAY = "mqtt://127.0.0.1:1"
"""Nothing listens there."""
ROW = "insert into message (time, head, body) values (0, ?, ?)"


def frames() -> list[Frame]:
    """Return a hundred events as frames."""
    messages = [samples.event(number) for number in range(100)]
    return [pack(message, message.topic(key_of(message.payload))) for message in messages]


def bare(count: int, folder: str) -> Cost:
    """Write to SQLite as fast as it goes."""
    cost, rows = Cost(), cycle([(str(frame.topic).encode(), frame.body) for frame in frames()])
    with closing(sqlite3.connect(f"{folder}/bare.db", isolation_level=None)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        db.execute("create table message (id integer primary key autoincrement, time real, head blob, body blob)")
        with cost.measured(count):
            for _ in range(0, count, PUBLISHERS):
                db.execute("begin immediate")
                db.executemany(ROW, [next(rows) for _ in range(PUBLISHERS)])
                db.execute("commit")
    return cost


async def outbox_of_frames(count: int, folder: str) -> Cost:
    """Put frames into an outbox."""
    outbox = Outbox(f"{folder}/outbox.db")
    async with Bus(AWAY, outbox=outbox):
        return await _share(count, lambda frame: outbox.add((frame,)))


async def transport_of_frames(count: int, folder: str) -> Cost:
    """Send frames to a bus in a file, which a durable group keeps."""
    group = SubscriptionSpec(patterns=(Pattern(),), group="kept", durable=True)
    async with open_transport(f"sqlite:///{folder}/bus.db") as transport:
        async with transport.listen(group):
            pass
        return await _share(count, lambda frame: transport.send((frame,)))


async def _share(count: int, send: Callable[[Frame], Awaitable[object]]) -> Cost:
    kept = cycle(frames())
    return await share(count, PUBLISHERS, 1, lambda: send(next(kept)))


async def typed(count: int, folder: str) -> Cost:
    """Publish payloads: what an application does."""
    payloads = cycle([samples.event(number).payload for number in range(100)])
    async with Bus(AWAY, outbox=f"{folder}/outbox.db", source="HES-1") as bus:
        return await share(count, PUBLISHERS, 1, lambda: bus.publish(next(payloads)))


def in_folder(work: Callable[[int, str], Cost], count: int) -> Cost:
    """Run it in a folder of its own on the disk that holds temporary files."""
    with tempfile.TemporaryDirectory() as folder:
        cost = work(count, folder)
        os.sync()  # what one candidate wrote is not the next one's burden
        return cost


def on_loop(work: Callable[[int, str], Awaitable[Cost]], backend: str) -> Callable[[int, str], Cost]:
    """Return a function that runs it on an event loop."""
    return lambda count, folder: anyio.run(work, count, folder, backend=backend)


def main() -> None:
    given = report.parse(report.arguments(str(__doc__).partition("\n")[0], RESULTS))
    candidates = {"SQLite alone, 64 rows a transaction": bare}
    for backend in ("asyncio", "trio"):
        candidates |= {
            f"sqlite transport, frames, {backend}": on_loop(transport_of_frames, backend),
            f"outbox, frames, {backend}": on_loop(outbox_of_frames, backend),
            f"outbox, typed, {backend}": on_loop(typed, backend),
        }
    rows = report.take_turns(
        "64 publishers, on disk",
        {name: partial(in_folder, work, given.count) for name, work in candidates.items()},
        given.repeat,
    )
    report.show(rows)
    worst = min(1e6 / float(row["wall_us"]) for row in rows if "typed" in str(row["name"]))
    print(f"\nbar {BAR} events/s: {'kept' if worst >= BAR else 'MISSED'}, worst is {worst:.0f}")
    report.save(given, rows, ("trio",), message="a", publishers=PUBLISHERS)


if __name__ == "__main__":
    main()
