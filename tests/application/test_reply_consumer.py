"""Where replies are subscribed to."""

from __future__ import annotations

import pytest

from cimbus import Component
from cimbus.middleware.memory import MemoryTransport
from cimbus.nouns import GetMeterReadings

from .support import LIMIT, answering, query, read, readings, running

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("error")]


class Listening(MemoryTransport):
    """Memory that notes what is subscribed to."""

    def listen(self, spec):
        self.patterns = [*getattr(self, "patterns", ()), *spec.patterns]
        return super().listen(spec)


async def test_replies_are_subscribed_to_in_the_environments_of_the_requests_only():
    async def in_both(request):
        return readings()

    app = Component("MDM")
    app.answers(GetMeterReadings, context="*")(in_both)
    transport = Listening()
    async with running(app, transport) as bus:
        for context in ("production", "test", "Test"):
            assert (await bus.request(query(), context=context, timeout=LIMIT)).result == "OK"

    assert [pattern.context for pattern in transport.patterns if pattern.kind == "replies"] == ["production", "test"]


async def test_a_reply_is_expected_where_the_request_says():
    async with running(answering(read)) as bus:
        reply = await bus.request(
            query(), reply_address=f"topic:elsewhere/replies/X/reply/{bus._replies._key}", timeout=LIMIT
        )

    assert reply.result == "OK"


class Twice(MemoryTransport):
    """Memory that delivers every reply twice, as middleware does when a connection breaks."""

    async def send(self, frames):
        results = await super().send(frames)
        await super().send([each for each in frames if each.topic.kind == "replies"])
        return results


async def test_a_part_that_is_delivered_twice_comes_once():
    async def in_parts(request):
        yield readings("M-1")
        yield readings("M-2")

    async with running(answering(in_parts), Twice()) as bus, bus.replies(query(), timeout=LIMIT) as replies:
        parts = [reply.payload.MeterReading[0].Meter.mRID async for reply in replies]

        assert parts == ["M-1", "M-2"]
        assert bus._replies.repeated >= 1  # that of M-1: its second copy comes before M-2
