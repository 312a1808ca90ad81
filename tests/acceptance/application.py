"""The subscriber that the tests kill: ``cimbus run application:app`` appends the mRID of each event to ``$SEEN``."""

from __future__ import annotations

import os

from cimbus import Component, Message
from cimbus.nouns import EndDeviceEvents

app = Component("ACCEPTANCE")
seen = os.open(os.environ["SEEN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)


@app.on(EndDeviceEvents, name="event", concurrency=4)
async def event(message: Message[EndDeviceEvents]) -> None:
    os.write(seen, f"{message.payload.EndDeviceEvent[0].mRID}\n".encode())
