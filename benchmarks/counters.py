"""What one message costs, counted rather than timed: the same on any machine, however busy.

    python benchmarks/counters.py [--write]     prints the counts; --write makes them the baseline

Counted per message: ``calls`` of functions, those in C included, and resumed coroutines; ``suspensions``: how often a
task waits for the event loop; ``blocks`` of memory that a decoded message holds; ``statements`` of SQLite; ``bytes``
that are written; ``copies`` of the body of a large message, sent and received. Over MQTT, where Mosquitto is installed:
``sends`` and ``reads``, the system calls on sockets, and ``bytes`` on the wire, of a publisher and of a receiver
together. The codec is the one in Python (CIMBUS_NATIVE=0), so that the counts do not depend on whether the native one
is installed. ``tests/bench/test_counters.py`` compares them with ``baseline.json``.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from pathlib import Path
from typing import Any

BASELINE = Path(__file__).parent / "baseline.json"
MESSAGES = 100


class Suspensions:
    """Awaits a coroutine and counts how often it hands control to the event loop."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self.count = 0
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Any]:
        sent: Any = None
        while True:
            try:
                waits = self._coroutine.send(sent)
            except StopIteration as end:
                return end.value
            self.count += 1
            sent = yield waits


def run_through(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run a coroutine that only lets others run now and then, and waits for nothing."""
    while True:
        try:
            waits = coroutine.send(None)
        except StopIteration:
            return
        if waits is not None:
            coroutine.close()
            raise RuntimeError(f"it waits for {waits!r}: a message in memory did not")


def calls_of(work: Callable[[], object]) -> int:
    """Return how many functions are called, in Python and in C, while work runs on this thread."""
    count = 0

    def note(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    work()  # what is made once is not counted
    gc.disable()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


def codec_counts() -> dict[str, float]:
    import samples

    from cimbus import decode, encode

    found: dict[str, float] = {}
    for name, message in (("event", samples.event()), ("readings", samples.readings())):
        body = encode(message)
        found[f"encode {name}: calls"] = calls_of(partial(encode, message))
        found[f"decode {name}: calls"] = calls_of(lambda body=body: decode(body).payload)
        found[f"encode {name}: bytes"] = len(body)
        kept = [decode(body)]
        _ = kept[0].payload
        gc.collect()
        before = sys.getallocatedblocks()
        kept += [decode(body) for _ in range(MESSAGES)]
        for each in kept:
            _ = each.payload
        gc.collect()
        found[f"decode {name}: blocks"] = round((sys.getallocatedblocks() - before) / MESSAGES)
    return found


async def bus_counts(url: str) -> dict[str, float]:
    """Publish one by one, and receive, on a bus without other tasks."""
    import samples

    from cimbus import Bus
    from cimbus.nouns import EndDeviceEvents

    payload = samples.event().payload
    async with Bus(url, source="HES") as bus, bus.subscribe(EndDeviceEvents, group="g") as subscription:

        async def publish() -> None:
            for _ in range(MESSAGES):
                await bus.publish(payload)

        async def receive() -> None:
            for _ in range(MESSAGES):
                async with await subscription.receive() as message:
                    _ = message.payload

        await publish()
        await receive()
        sent, received = Suspensions(publish()), Suspensions(receive())
        await sent
        await received
        calls = calls_of(lambda: run_through(publish())), calls_of(lambda: run_through(receive()))
    return {
        "publish: calls": round(calls[0] / MESSAGES),
        "receive: calls": round(calls[1] / MESSAGES),
        "publish: suspensions": round(sent.count / MESSAGES, 2),
        "receive: suspensions": round(received.count / MESSAGES, 2),
    }


def statement_counts(folder: str) -> dict[str, float]:
    """Count the statements of SQLite for messages that are published one by one."""
    import sqlite3

    import anyio
    import samples

    from cimbus import Bus
    from cimbus.nouns import EndDeviceEvents

    count = 0
    connect = sqlite3.connect

    def counted(*arguments: Any, **more: Any) -> sqlite3.Connection:
        def note(_: str) -> None:
            nonlocal count
            count += 1

        connection = connect(*arguments, **more)
        connection.set_trace_callback(note)
        return connection

    sqlite3.connect = counted

    async def publish() -> float:
        payload = samples.event().payload
        async with Bus(f"sqlite://{folder}/bus.db", source="HES") as bus:
            await bus.ensure_subscription(EndDeviceEvents, group="g")
            await bus.publish(payload)
            before = count
            for _ in range(MESSAGES):
                await bus.publish(payload)
            return (count - before) / MESSAGES

    try:
        return {"publish on sqlite: statements": round(anyio.run(publish), 1)}
    finally:
        sqlite3.connect = connect


async def mqtt_counts(url: str) -> dict[str, float]:
    """Publish and receive over MQTT: one by one, where each waits for its acknowledgement, and in a batch."""
    import samples
    from copied_octets import copies
    from socket_calls import SocketCalls

    from cimbus import Bus
    from cimbus.middleware.net import writer
    from cimbus.nouns import EndDeviceEvents

    copied = await copies(url)
    writer.LINGER = 5.0  # so that the number of acknowledgements in one write does not depend on time
    payload, found = samples.event().payload, {"mqtt send and receive: copies": copied}
    with SocketCalls() as calls:
        async with Bus(url, source="HES") as bus, Bus(url) as other:

            async def publish_each() -> None:
                for _ in range(MESSAGES):
                    await bus.publish(payload)

            async def publish_batch() -> None:
                results = await bus.publish_many([payload] * MESSAGES)
                assert all(result.error is None for result in results)

            async def both() -> None:
                async with other.subscribe(EndDeviceEvents) as subscription:
                    for _ in range(MESSAGES):
                        await bus.publish(payload)
                        async with await subscription.receive() as message:
                            _ = message.payload

            works = {"publish": publish_each, "publish in a batch": publish_batch, "publish and receive": both}
            for name, work in works.items():
                await work()
                before = calls.sends, calls.reads, calls.written
                await work()
                after = calls.sends, calls.reads, calls.written
                each = [(new - old) / MESSAGES for old, new in zip(before, after, strict=True)]
                found[f"mqtt {name}: sends"] = round(each[0], 1)
                found[f"mqtt {name}: bytes"] = round(each[2])
                if "batch" not in name:  # how many packets one read brings is the broker's affair
                    found[f"mqtt {name}: reads"] = round(each[1], 1)
    return found


def measure(url: str = "") -> dict[str, float]:
    """Return all counts, or those over MQTT, measured in a process of its own without the native codec."""
    done = subprocess.run(
        [sys.executable, __file__, "--inside", url],
        env=os.environ | {"CIMBUS_NATIVE": "0"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout)


def main() -> None:
    import anyio
    from copied_octets import copies

    from cimbus.bench.brokers import started_broker

    if "--inside" in sys.argv and sys.argv[-1]:
        print(json.dumps(anyio.run(mqtt_counts, sys.argv[-1])))
        return
    if "--inside" in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            found = codec_counts() | anyio.run(bus_counts, "memory:counters") | statement_counts(folder)
            for name, url in (("memory", "memory:copies"), ("sqlite", f"sqlite://{folder}/copies.db")):
                found[f"send and receive on {name}: copies"] = anyio.run(copies, url)
        print(json.dumps(found))
        return
    found = measure()
    if shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin"):
        with started_broker("mosquitto") as broker:
            found |= measure(broker.url)
    if "--write" in sys.argv:
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        BASELINE.write_text(json.dumps({"python": python, "counts": found}, indent=1) + "\n")
    known = json.loads(BASELINE.read_text())["counts"] if BASELINE.exists() else {}
    for name, count in found.items():
        print(f"{name:<36} {count:>10,.1f} {known.get(name, 0):>10,.1f}")


if __name__ == "__main__":
    main()
