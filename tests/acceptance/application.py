"""The subscriber that the tests kill: ``cimbus run application:app`` appends the mRID of each event to ``$SEEN``.

With ``$INBOX``, a file, it has a durable inbox there, and also writes each mRID into the table ``seen`` of that file,
together with the mark that it was handled.
"""

from __future__ import annotations

import os

from cimbus import Component, Message, UnitOfWork
from cimbus.nouns import EndDeviceEvents

inbox = os.environ.get("INBOX")
app = Component("ACCEPTANCE", inbox=inbox)
seen = os.open(os.environ["SEEN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def note(message: Message[EndDeviceEvents]) -> str:
    mrid = message.payload.EndDeviceEvent[0].mRID or ""
    os.write(seen, f"{mrid}\n".encode())
    return mrid


if inbox:

    @app.on(EndDeviceEvents, name="event", concurrency=64)
    async def event_once(message: Message[EndDeviceEvents], work: UnitOfWork) -> None:
        work.execute("insert into seen (mrid) values (?)", note(message))

else:

    @app.on(EndDeviceEvents, name="event", concurrency=4)
    async def event(message: Message[EndDeviceEvents]) -> None:
        note(message)
