"""What a component does with a message that lost its content, where the middleware cannot return it."""

from __future__ import annotations

import uuid

import anyio

from cimbus import Bus, Component, DeadLetters, Frame, Topic
from cimbus.nouns import EndDeviceEvents


async def dead_letter_of_an_empty_body(url: str) -> None:
    """Publish an event without its octets, and find it among the dead letters with its properties."""
    context = f"test{uuid.uuid4().hex[:12]}"
    properties = {"ContentType": "application/xml", "MessageID": "4711", "Noun": "EndDeviceEvents", "Verb": "created"}
    emptied = Frame(topic=Topic(context, "events", "EndDeviceEvents", "created"), body=b"", properties=properties)
    component, letters = Component(f"APP-{context}"), DeadLetters()

    @component.on(EndDeviceEvents, context=context)
    async def handle(_message) -> None:
        raise AssertionError

    async with Bus(url, dead_letters=letters) as bus, anyio.create_task_group() as tasks:
        await tasks.start(component.run, bus)
        assert await bus.transport.send([emptied]) == [None]
        with anyio.fail_after(60):
            await component.counters["EndDeviceEvents"].reach(dead_lettered=1)
        component.stop()
        (letter,) = await letters.letters()

    assert letter.frame.body == b""
    assert letter.frame.properties.items() >= properties.items()
