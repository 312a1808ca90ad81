"""A second load generator, written without the first one, to compare what ``cimbus bench`` reports with what it sees.

    python benchmarks/second_load.py [--bus URL] [--rate 400] [--seconds 10] [--json]

Both send the same load, one after the other: end-device events at an even rate, one application that handles them. It
shares nothing with ``cimbus.bench``: its clock is the time of day, its messages carry when they were due in their
createdDateTime, its schedule is a loop that sends all that is due and sleeps until more is, and its percentiles are
those of a sorted list (nearest rank). Printed are counts, rates and percentiles of both, and the ratio. On ``memory:``
both sides are tasks of one process, as those of ``cimbus bench`` are there; on a broker the publisher is a process of
its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NOUN = "EndDeviceEvents"
LEAD = 0.3
"""Seconds between the start and the first message."""
PATIENCE = 60.0
"""Seconds after the end, after which what is missing is missing."""
PADDING = 200
"""Characters, with which a message is as large as those of ``cimbus bench``."""
RANKS = {"p50": 0.50, "p90": 0.90, "p99": 0.99}

SCENARIO = """
name = "second-load"
title = "The load of the second generator"
about = "End-device events at an even rate."
publishers = {{ value = 1, source = ["ours"], why = "one" }}
subscribers = {{ value = 1, source = ["ours"], why = "one" }}
workers = {{ value = 1, source = ["ours"], why = "one" }}
concurrency = {{ value = 16, source = ["ours"], why = "as the second one" }}

[[streams]]
name = "events"
noun = "EndDeviceEvents"
tier = "event"
system = "OMS"
rate = {{ value = {rate}, source = ["ours"], why = "as asked for" }}
keys = {{ value = 1000, source = ["ours"], why = "as the second one" }}
"""


async def send(url: str, context: str, start: float, *, rate: float, count: int) -> None:
    """Publish all that is due, again and again, until everything was published."""
    from cimbus import Bus
    from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, IdentifiedObject, Reference

    async with Bus(url, source="second", context=context) as bus:
        done = 0
        while done < count:
            due = min(count, math.floor((time.time() - start) * rate) + 1)
            if due <= done:
                await asyncio.sleep(max(start + done / rate - time.time(), 0))
                continue
            payloads = [
                EndDeviceEvents(
                    EndDeviceEvent=[
                        EndDeviceEvent(
                            mRID=str(number),
                            createdDateTime=datetime.fromtimestamp(start + number / rate, UTC),
                            issuerID="x" * PADDING,
                            EndDeviceEventType=Reference(ref="3.26.9.185"),
                            UsagePoint=IdentifiedObject(mRID=f"m-{number % 1000}"),
                        )
                    ]
                )
                for number in range(done, due)
            ]
            for result in await bus.publish_many(payloads):
                if result.error is not None:
                    raise result.error
            done = due


async def second(url: str, rate: float, seconds: float) -> dict[str, float]:
    """Send and receive a load; return what was seen."""
    from cimbus import Bus

    count, context = round(rate * seconds), f"second{uuid.uuid4().hex[:8]}"
    came: dict[int, float] = {}
    doubled = 0
    last = 0.0
    async with Bus(url, context=context) as bus, bus.subscribe(NOUN, group="second") as subscription:
        start = time.time() + (LEAD if url.startswith("memory:") else 5.0)  # a process needs its time to begin
        end = start + seconds + PATIENCE
        async with asyncio.TaskGroup() as group:  # ends with an error of the publisher
            group.create_task(_sender(url, context, start, rate=rate, count=count))
            while len(came) < count and (left := end - time.time()) > 0:
                try:
                    async with asyncio.timeout(left):
                        delivery = await subscription.receive()
                except TimeoutError:
                    break
                async with delivery as message:
                    payload: Any = message.payload
                event = payload.EndDeviceEvent[0]
                last = time.time()
                doubled += int(event.mRID) in came
                came.setdefault(int(event.mRID), last - event.createdDateTime.timestamp())
    late = sorted(came.values())
    found = {"count": len(came), "doubled": doubled, "lost": count - len(came), "rate_due": rate}
    found["rate_handled"] = round(len(came) / (last - start), 3)
    return found | {name: round(late[math.ceil(share * len(late)) - 1], 6) for name, share in RANKS.items()}


async def _sender(url: str, context: str, start: float, *, rate: float, count: int) -> None:
    if url.startswith("memory:"):
        return await send(url, context, start, rate=rate, count=count)
    words = [url, context, str(start), str(rate), str(count)]
    process = await asyncio.create_subprocess_exec(sys.executable, __file__, "--send", *words)
    if await process.wait():
        raise SystemExit("the publisher failed: see above")
    return None


def first(url: str, rate: float, seconds: float) -> dict[str, float]:
    """Let ``cimbus bench`` send the same load; return what it reports."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder, "second-load.toml")
        scenario.write_text(SCENARIO.format(rate=rate), encoding="utf-8")
        command = [sys.executable, "-m", "cimbus", "bench", str(scenario), "--bus", url, "--duration", str(seconds)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CIMBUS_BUS")}
        done = subprocess.run(
            [*command, "--json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
        )
    run = json.loads(done.stdout)["runs"][0]
    stream = run["streams"][0]
    found = {"count": stream["handled"], "doubled": stream["doubled"], "lost": stream["lost"]}
    rates = {name: run[name] for name in ("rate_due", "rate_handled")}
    return found | rates | {name: stream["latency"][name] for name in RANKS}


def both(url: str, rate: float, seconds: float) -> dict[str, dict[str, float]]:
    """Return what each generator says of the same load, one after the other."""
    return {"cimbus bench": first(url, rate, seconds), "second": asyncio.run(second(url, rate, seconds))}


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--send"]:
        url, context, start, rate, count = sys.argv[2:]
        asyncio.run(send(url, context, float(start), rate=float(rate), count=int(count)))
        return
    parser = argparse.ArgumentParser(description="The same load by a second generator.")
    parser.add_argument("--bus", default="memory:second-load")
    parser.add_argument("--rate", type=float, default=400.0, help="messages a second (400)")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = both(given.bus, given.rate, given.seconds)
    if given.json:
        print(json.dumps(found))
        return
    one, two = found.values()
    print(f"{'':<14} {'cimbus bench':>14} {'second':>14} {'ratio':>8}")
    for name, value in one.items():
        print(f"{name:<14} {value:>14,.6g} {two[name]:>14,.6g} {value / two[name] if two[name] else 1:>8.3f}")


if __name__ == "__main__":
    main()
