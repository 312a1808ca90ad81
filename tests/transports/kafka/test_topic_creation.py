"""Which topics are created: those of this application, and none that a message of another one names."""

from __future__ import annotations

import anyio
import pytest
from application.support import event, query, readings

from cimbus import Bridge, Bus, Component
from cimbus.application.dead_letters import DeadLetters
from cimbus.interface.message import Message
from cimbus.nouns import EndDeviceEvents, GetMeterReadings

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]

LIMIT = 60


async def test_a_reply_creates_the_topic_of_its_requests_replies_and_no_other(kafka):
    where = support.context()
    app = Component("APP")

    @app.answers(GetMeterReadings)
    async def read(request: Message[GetMeterReadings]):
        return readings()

    with anyio.fail_after(LIMIT):
        async with Bus(kafka.url(**support.QUICK), context=where) as bus, anyio.create_task_group() as tasks:
            await tasks.start(app.run, bus)
            for number in range(3):
                chosen = f"topic:{where}.replies.Chosen{number}"
                await bus.publish(Message.of(query(), verb="get", reply_address=chosen))
            reply = await bus.request(query(), timeout=20)
            await app.counters["GetMeterReadings.get"].reach(handled=1)
            await app.counters["GetMeterReadings.get"].reach(failed=3)
            app.stop()
        topics = await support.topics(kafka)
    assert reply.result == "OK"
    assert {name for name in topics if name.startswith(where)} == {
        f"{where}.requests.MeterReadings",
        f"{where}.replies.MeterReadings",
    }


@pytest.mark.parametrize("told", [False, True])
async def test_a_bridge_creates_topics_for_what_it_was_told_only(kafka, told):
    where = support.context()
    letters = DeadLetters()
    with anyio.fail_after(LIMIT):
        async with (
            Bus("memory:", context=where, dead_letters=letters) as field,
            Bus(kafka.url(**support.QUICK), context=where) as platform,
            anyio.create_task_group() as tasks,
        ):
            named = Bridge(field, platform, nouns=[EndDeviceEvents], contexts=[where], name="named")
            others = Bridge(field, platform, nouns=[], verbs=["changed"], name="others", create_topics=told)
            await tasks.start(named.run)
            await tasks.start(others.run)
            await field.publish(event())
            await field.publish(event(), verb="changed", noun="Invented")
            await named.counters.reach(sent=1)
            await others.counters.reach(**{"sent" if told else "dead_lettered": 1})
            reasons = [letter.reason for letter in await letters.letters()]
            tasks.cancel_scope.cancel()
        topics = await support.topics(kafka)
    mine = {name for name in topics if name.startswith(where)}
    assert mine == {f"{where}.events.EndDeviceEvents"} | ({f"{where}.events.Invented"} if told else set())
    refused = f"SendError: there is no topic '{where}.events.Invented', and a reply or a bridged message creates none"
    assert reasons == ([] if told else [refused])
