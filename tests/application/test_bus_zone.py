"""What a bus assumes and writes for its peers: zones, dialects, verbs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import anyio
import pytest
from interface.codecs.codec_samples import events, header, message

import cimbus
from cimbus import Bus, Component, Message
from cimbus.application.marshal import pack, unpack
from cimbus.nouns import EndDeviceEvents

pytestmark = pytest.mark.anyio
BERLIN = ZoneInfo("Europe/Berlin")
LOCAL = message(events().replace("12:00:00Z", "12:00:00"))


@pytest.mark.parametrize("zone", [BERLIN, {"HES": BERLIN}])
async def test_times_without_a_zone_are_in_that_of_the_bus_or_of_the_source(zone):
    async with Bus("memory:", zone=zone) as bus, bus.subscribe(EndDeviceEvents) as subscription:
        await bus.publish(cimbus.decode(LOCAL))
        async for delivery in subscription:
            async with delivery as received:
                when = received.payload.EndDeviceEvent[0].createdDateTime
            break

    assert when == datetime(2026, 3, 1, 11, tzinfo=UTC)


def test_a_source_without_a_zone_of_its_own_is_in_utc():
    made = cimbus.decode(LOCAL)
    frame = pack(made, made.topic())

    read = unpack(frame, zone={"SCADA": BERLIN})
    assert read.payload.EndDeviceEvent[0].createdDateTime == datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_a_bus_writes_the_dialect_of_its_peers():
    bodies: list[bytes] = []
    async with Bus("memory:", dialect="draft-2008") as bus, bus.subscribe(EndDeviceEvents) as subscription:
        sent: Message[Any] = await bus.publish(EndDeviceEvents())
        bodies.append(bus.publisher.frame(sent, None).body)
        async for delivery in subscription:
            async with delivery as received:
                assert received.header.verb == "created"
            break

    assert b"<Verb>CREATED</Verb>" in bodies[0]
    with pytest.raises(cimbus.UsageError, match="no dialect"):
        Bus("memory:", dialect="draft-1999")


@pytest.mark.parametrize("verb", ["created", "create", "Create", "CREATE"])
@pytest.mark.parametrize("check", ["note", "topic"])
async def test_a_handler_of_the_past_tense_gets_an_event_in_the_present(verb, check):
    got: list[str] = []
    component = Component("OMS")

    @component.on(EndDeviceEvents, verb="created")
    async def handle(received: Message[EndDeviceEvents]) -> None:
        got.append(received.header.verb)
        assert not any("the verb is" in note.text for note in received.notes)

    async with Bus("memory:", check=check) as bus, anyio.create_task_group() as tasks:
        await tasks.start(component.run, bus)
        await bus.publish(cimbus.decode(message(head=header(verb))))
        await component.counters["EndDeviceEvents.created"].reach(handled=1)
        component.stop()

    assert got == [verb.lower()]
