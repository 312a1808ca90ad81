"""What is published in a transaction is received when its block ends, all of it or nothing."""

from __future__ import annotations

from contextlib import suppress

import anyio
import pytest

from cimbus import Bus, UnsupportedError, UsageError
from cimbus.nouns import EndDeviceEvents, MeterReadings

from .support import LIMIT, event, mrid_of, readings

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["memory:", "sqlite:///{}/bus.db"])
def url(request, tmp_path):
    return request.param.format(tmp_path)


async def mrids(subscription, count):
    found = []
    for _ in range(count):
        async with await subscription.receive() as message:
            found.append(mrid_of(message))
    return found


async def test_all_that_is_published_in_it_is_received_when_it_ends(url):
    async with Bus(url, source="OMS") as bus, bus.subscribe(EndDeviceEvents) as events:
        with anyio.fail_after(LIMIT):
            async with bus.transaction() as transaction:
                stamped = await transaction.publish(event("1"), properties={"Colour": "red"})
                await transaction.publish(event("2"), verb="changed", message_id="m-2")
                with anyio.move_on_after(0.05) as waited:
                    await events.receive()
                assert waited.cancelled_caught
            assert (stamped.header.source, stamped.header.verb) == ("OMS", "created")
            assert await mrids(events, 2) == ["1", "2"]


async def test_nothing_is_received_where_it_raises(url):
    async with Bus(url) as bus, bus.subscribe(EndDeviceEvents) as events:
        with anyio.fail_after(LIMIT):
            with suppress(LookupError):
                async with bus.transaction() as transaction:
                    await transaction.publish(event("1"))
                    raise LookupError
            await bus.publish(event("2"))
            assert await mrids(events, 1) == ["2"]


@pytest.mark.parametrize("inbox", [False, True])
async def test_deliveries_are_accepted_with_what_is_published(url, inbox, tmp_path):
    """Consume, process, produce: an event becomes readings, once."""
    options = {"group": "OMS", "durable": True} | ({"inbox": tmp_path / "inbox.db"} if inbox else {})
    async with Bus(url) as bus, bus.subscribe(MeterReadings) as produced:
        with anyio.fail_after(LIMIT):
            async with bus.subscribe(EndDeviceEvents, **options) as events:
                await bus.publish(event("1"))
                delivery = await events.receive()
                async with bus.transaction(events, [delivery]) as transaction:
                    await transaction.publish(readings("M-1"))
                assert delivery.outcome is not None
            async with await produced.receive() as message:
                assert message.payload.MeterReading[0].Meter.mRID == "M-1"
            async with bus.subscribe(EndDeviceEvents, **options) as events:
                await bus.publish(event("2"))
                assert await mrids(events, 1) == ["2"]


async def test_a_delivery_is_redelivered_where_the_transaction_raises(url):
    async with Bus(url) as bus, bus.subscribe(EndDeviceEvents, group="OMS") as events:
        with anyio.fail_after(LIMIT):
            await bus.publish(event("1"))
            with suppress(LookupError):
                async with await events.receive() as message:
                    assert mrid_of(message) == "1"
                    raise LookupError
            delivery = await events.receive()
            with suppress(LookupError):
                async with delivery, bus.transaction(events, [delivery]) as transaction:
                    await transaction.publish(event("never"), verb="changed")
                    raise LookupError
            assert await mrids(events, 1) == ["1"]


async def test_a_delivery_of_something_else_is_refused(url):
    async with Bus(url) as bus, bus.subscribe(EndDeviceEvents, group="OMS") as events:
        await bus.publish(event("1"))
        delivery = await events.receive()
        delivery.token = None
        with pytest.raises(UsageError, match=r"came from bus\.subscribe"):
            async with bus.transaction(events, [delivery]):
                raise AssertionError


async def test_a_transport_without_transactions_says_so():
    with pytest.raises(UnsupportedError, match="MqttTransport has no transactions"):
        async with Bus("mqtt://localhost").transaction():
            raise AssertionError
