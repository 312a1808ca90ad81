"""The sender learns that no subscription exists for what it publishes."""

from __future__ import annotations

import anyio
import pytest

from cimbus import Bus, ReplyTimeoutError
from cimbus.nouns import EndDeviceEvents

from .support import LIMIT, answering, event, query, read, readings, running

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("error")]


@pytest.fixture(params=["memory", "sqlite"])
def url(request, tmp_path):
    return "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/bus.db"


async def test_what_no_subscription_wants_is_counted_and_logged_at_a_bounded_rate(url, caplog):
    async with Bus(url) as bus, bus.subscribe(EndDeviceEvents):
        await bus.publish(event())
        assert bus.unroutable == 0

        for _ in range(5):
            await bus.publish(readings())
        results = await bus.publish_many([event(), readings(), event(), readings()])

    assert bus.unroutable == 7
    assert [result.unroutable for result in results] == [False, True, False, True]
    assert all(result.error is None for result in results)
    assert len([text for text in caplog.messages if "no subscription to production/events/MeterReadings" in text]) == 1


async def test_a_request_that_no_application_receives_says_so(url, caplog):
    async with Bus(url) as bus:
        with pytest.raises(ReplyTimeoutError, match="no application is subscribed"):
            await bus.request(query(), timeout=2)  # by then it is sent
    async with running(answering(read), url) as bus:
        assert (await bus.request(query(), timeout=LIMIT)).result == "OK"
        with pytest.raises(ReplyTimeoutError, match=r"in 0\.0 s$"):
            await bus.request(query(), timeout=0.0)
    assert caplog.messages == []


async def test_an_outbox_counts_what_no_subscription_wanted(tmp_path):
    async with Bus("memory:", outbox=tmp_path / "outbox.db") as bus, bus.subscribe(EndDeviceEvents):
        results = await bus.publish_many([event(), readings()])
        with anyio.fail_after(LIMIT):
            await bus.outbox.flush()

        assert (bus.outbox.forwarded, bus.outbox.unroutable, bus.unroutable) == (2, 1, 0)
    assert [result.unroutable for result in results] == [False, False]  # it was not known yet
