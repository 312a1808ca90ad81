"""Durable subscriptions of both, at a broker that is killed: nothing that either has sent is lost."""

from __future__ import annotations

import anyio
import pytest

from cimbus.nouns import EndDeviceEvents

from . import envelopes
from .meeting import java, place_of, take
from .payloads import outage, readings

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_what_is_sent_while_others_are_away_is_kept_through_a_kill(meeting, context):
    """Java sends events to a durable group of cimbus, cimbus readings to a durable subscriber of Java.

    Both are away; a part is sent before the broker is killed, a part after, and one is on its way meanwhile.
    """
    peer, who = meeting.peer, {"durable": f"kept-{context}", "client": f"java-{context}"}
    async with meeting.bus(context) as bus:
        events_at, readings_at = place_of(bus, "EndDeviceEvents", "created"), place_of(bus, "MeterReadings", "created")

        def of_cimbus():
            return bus.subscribe(EndDeviceEvents, group=f"oms-{context}", durable=True)

        async with of_cimbus():
            (await java(peer.listen, readings_at, **who)).close()
        for number in range(2):
            await bus.publish(readings(f"m-{number}"), key="k")
            await java(peer.send, events_at, envelopes.event(context, f"e-{number}"))

        async with anyio.create_task_group() as tasks:
            down = anyio.Event()

            async def publish_meanwhile():
                await down.wait()
                await bus.publish(readings("m-2"), key="k")

            tasks.start_soon(publish_meanwhile)
            await java(meeting.place.restart, lambda: anyio.from_thread.run_sync(down.set))
        await java(peer.send, events_at, envelopes.event(context, "e-2"))

        async with of_cimbus() as events:
            found = [message.payload for message in await take(events, 3)]
        with await java(peer.listen, readings_at, **who) as listener:
            heard = [await java(listener.next) for _ in range(3)]
        await java(peer.forget, **who)
    assert found == [outage("e-0"), outage("e-1"), outage("e-2")]
    assert [envelopes.first(one.text, "mRID") for one in heard] == ["m-0", "m-1", "m-2"]
