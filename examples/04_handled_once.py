"""Each message is handled once: a consumer with an inbox, on a bus that is one SQLite file.

    python examples/04_handled_once.py [sqlite:///tmp/bus.db]

Middleware delivers at least once. An inbox remembers the MessageIDs that were handled, so a duplicate is not handled
again. What a handler executes through its unit of work is committed in one transaction with that mark: exactly once,
even if the process is killed.

Three messages are published, two of them with the same MessageID. It prints two outages and the counters.
"""

import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import anyio

from cimbus import Bus, Component, Message, UnitOfWork
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
    async def power_off(message: Message[EndDeviceEvents], work: UnitOfWork) -> None:
        for each in message.payload.EndDeviceEvent:
            work.execute("insert into outage values (?)", each.mRID)

    counters = oms.counters["EndDeviceEvents"]
    async with Bus(url, source="HES") as bus, anyio.create_task_group() as tasks:
        await tasks.start(oms.run, bus)
        first, second = event("ev-1"), event("ev-2")
        for each in (first, second, first):  # the third is a duplicate of the first, as after a crash
            await bus.publish(each, message_id=f"id of {each.EndDeviceEvent[0].mRID}")
        await counters.reach(handled=2, duplicates=1)
        oms.stop()
    with sqlite3.connect(inbox) as db:
        print("outages:", [mrid for (mrid,) in db.execute("select mrid from outage")], counters)
    db.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        anyio.run(main, Path(made), sys.argv[1] if len(sys.argv) > 1 else f"sqlite://{made}/bus.db")
