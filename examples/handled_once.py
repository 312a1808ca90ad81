"""Handled once: a consumer with a durable inbox, on a bus that is one SQLite file.

    python examples/handled_once.py [sqlite:///tmp/bus.db]

Middleware delivers at least once. With an inbox, a message that comes again is not handled again; and what a handler
writes through its second argument is written in one transaction with the mark that says so: there exactly once, whoever
dies when.
"""

import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import anyio

from cimbus import Bus, Component, Message, Work
from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, Reference


def event(mrid: str) -> EndDeviceEvents:
    kind = Reference(ref="3.26.136.47")
    return EndDeviceEvents(
        EndDeviceEvent=[EndDeviceEvent(mRID=mrid, createdDateTime=datetime.now(UTC), EndDeviceEventType=kind)]
    )


async def main(folder: Path, url: str) -> None:
    inbox = folder / "inbox.db"
    with sqlite3.connect(inbox) as db:
        db.execute("create table outage (mrid text)")
    db.close()

    oms = Component("OMS", inbox=inbox)

    @oms.on(EndDeviceEvents, concurrency=16)
    async def power_off(message: Message[EndDeviceEvents], work: Work) -> None:
        for each in message.payload.EndDeviceEvent:
            work.execute("insert into outage values (?)", each.mRID)

    counters = oms.counters["EndDeviceEvents"]
    async with Bus(url, source="HES") as bus, anyio.create_task_group() as tasks:
        await tasks.start(oms.run, bus)
        for mrid in ("ev-1", "ev-2", "ev-1"):  # the first one comes twice, as after a crash
            await bus.publish(event(mrid), message_id=f"id of {mrid}")
        while counters.handled + counters.repeated < 3:  # noqa: ASYNC110
            await anyio.sleep(0.01)
        oms.stop()
    with sqlite3.connect(inbox) as db:
        print("outages:", [mrid for (mrid,) in db.execute("select mrid from outage")], counters)
    db.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        anyio.run(main, Path(made), sys.argv[1] if len(sys.argv) > 1 else f"sqlite://{made}/bus.db")
