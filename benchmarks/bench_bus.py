"""In one process, from ``Bus.publish`` to a handler: what the bus costs beyond the codec, on asyncio and on trio.

    python benchmarks/bench_bus.py [--quick] [--json PATH] [--repeat N] [--count N]

Message a of ``samples`` over ``memory:``; the handler looks at the typed payload. Rules: encoding (``pack`` without its
bytes' way) and decoding (header and payload) are measured alone in the same turn, on the same loop; "beyond codec" is
all in - encode - decode; what is told is the median of the turns, of CPU time. "deliver" is from the frame to the
handler's return, without ``publish``. "alone" is the same with the codec replaced by two constants: a codec in a loop
of its own finds its memory in the caches, which in the middle of other work it does not, so that "beyond" is more than
what the bus does. The bars, for both: 5 µs to deliver or for batches, 15 for messages that are published one by one.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import anyio
import report
import samples
from report import Cost

from cimbus import Bus, Component, Message
from cimbus.application import marshal
from cimbus.application.marshal import pack
from cimbus.interface.codecs import decode, encode
from cimbus.nouns import EndDeviceEvents

RESULTS = Path(__file__).parent / "results" / "bench_bus.json"
BARS = {"deliver (send to handler)": 5.0, "publish to handler": 15.0, "publish_many to handler": 5.0}
LOOPS = ("asyncio", "trio")
BATCH = 200


@contextmanager
def without_codec(message: Message[EndDeviceEvents]) -> Iterator[None]:
    """Let the bus encode to always the same octets, and decode to always the same message."""
    body, kept = encode(message), (marshal.encode, marshal.decode)
    marshal.encode, marshal.decode = (lambda *_, **__: body), (lambda *_, **__: message)  # type: ignore[assignment]
    try:
        yield
    finally:
        marshal.encode, marshal.decode = kept


async def turn(count: int) -> dict[str, float]:
    """Measure one turn; return µs of CPU per message, by what was measured."""
    app, messages = Component("BENCH"), [samples.event(number) for number in range(100)]
    left, done = 0, anyio.Event()

    @app.on(EndDeviceEvents)
    async def handle(message: Message[EndDeviceEvents]) -> None:
        nonlocal left
        assert message.payload.EndDeviceEvent
        left -= 1
        if not left:
            done.set()

    def expect() -> None:
        nonlocal left, done
        left, done = count, anyio.Event()

    told: dict[str, float] = {}

    async def measure(name: str, work) -> None:
        cost = Cost()
        with cost.measured(count):
            await work()
        told[name] = cost.cpu * 1e6

    async def encode_all() -> None:
        for number in range(count):
            encode(messages[number % 100])

    bodies = [encode(message) for message in messages]

    async def decode_all() -> None:
        for number in range(count):
            _ = decode(bodies[number % 100]).payload

    async with Bus("memory:") as bus, anyio.create_task_group() as group:
        await group.start(app.run, bus)

        async def one_by_one() -> None:
            expect()
            for number in range(count):
                await bus.publish(messages[number % 100])
            await done.wait()

        async def in_batches() -> None:
            expect()
            for start in range(0, count, BATCH):
                await bus.publish_many(messages[n % 100] for n in range(start, min(count, start + BATCH)))
            await done.wait()

        frames = [pack(message, message.topic("key")) for message in messages]

        async def deliver() -> None:
            expect()
            for start in range(0, count, 100):
                await bus.transport.send(frames[: min(100, count - start)])
            await done.wait()

        await one_by_one()  # to warm up
        await measure("encode", encode_all)
        await measure("decode", decode_all)
        await measure("publish to handler", one_by_one)
        await measure("publish_many to handler", in_batches)
        await measure("deliver (send to handler)", deliver)
        with without_codec(messages[0]):
            await measure("alone: publish to handler", one_by_one)
            await measure("alone: publish_many to handler", in_batches)
            await measure("alone: deliver (send to handler)", deliver)
        app.stop()
    return told


def rows_of(loop: str, count: int, repeat: int) -> list[report.Row]:
    """Run all turns on one loop and return a row for each way."""
    turns = [anyio.run(partial(turn, count), backend=loop) for _ in range(repeat)]
    rows: list[report.Row] = []
    for name in BARS:
        codec = [t["decode"] + (0 if name.startswith("deliver") else t["encode"]) for t in turns]
        rows.append(
            {
                "table": f"in-process, {loop}",
                "name": name,
                "all_in_us": round(statistics.median(t[name] for t in turns), 2),
                "encode_us": round(statistics.median(t["encode"] for t in turns), 2),
                "decode_us": round(statistics.median(t["decode"] for t in turns), 2),
                "beyond_us": round(statistics.median(t[name] - c for t, c in zip(turns, codec, strict=True)), 2),
                "alone_us": round(statistics.median(t[f"alone: {name}"] for t in turns), 2),
                "ratio": round(statistics.median(t[name] / c for t, c in zip(turns, codec, strict=True)), 3),
            }
        )
    return rows


def show(rows: list[report.Row]) -> None:
    """Print one table."""
    heads = f"{'all in µs':>10} {'encode':>8} {'decode':>8} {'beyond':>8} {'alone':>7} {'ratio':>6}"
    print(f"\n{rows[0]['table']:<32} {heads}")
    for row in rows:
        numbers = (
            f"{row['all_in_us']:>10.1f} {row['encode_us']:>8.1f} {row['decode_us']:>8.1f}"
            f" {row['beyond_us']:>8.1f} {row['alone_us']:>7.1f}"
        )
        print(f"  {row['name']:<30} {numbers} {row['ratio']:>6.2f}", flush=True)


def main() -> None:
    given = report.parse(report.arguments(str(__doc__).partition("\n")[0], RESULTS))
    rows: list[report.Row] = []
    for loop in LOOPS:
        table = rows_of(loop, given.count, given.repeat)
        show(table)
        rows += table
    for what in ("beyond", "alone"):
        for name, bar in BARS.items():
            worst = max(float(row[f"{what}_us"]) for row in rows if row["name"] == name)
            print(f"{what}, {name}: bar {bar} µs {'kept' if worst <= bar else 'MISSED'}, worst is {worst}")
    report.save(given, rows, ("trio",), message="a", bytes=len(encode(samples.event())))


if __name__ == "__main__":
    main()
