"""Bridges between real brokers: order and number survive a broker that is killed, and replies find their way."""

from __future__ import annotations

import uuid

import anyio
import anyio.to_thread
import pytest
from application.support import event, mrid_of, query, readings

from cimbus import Bridge, Bus, Component, UnsupportedError
from cimbus.nouns import EndDeviceEvents, GetMeterReadings

pytestmark = [pytest.mark.anyio, pytest.mark.broker]

COUNT = 600
KEYS = 10
LIMIT = 60


def url_of(name, request):
    broker, _, wire = name.partition("+")
    return request.getfixturevalue(broker).url(**({"wire": wire} if wire else {}))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("mosquitto", "kafka"),
        ("kafka", "activemq"),
        ("activemq", "artemis"),
        ("artemis", "mosquitto"),
        ("mosquitto", "artemis+amqp"),
    ],
)
async def test_a_request_goes_over_and_its_reply_comes_back(source, target, request):
    context = f"asked-{uuid.uuid4().hex[:8]}"
    app = Component(f"APP-{context}")

    @app.answers(GetMeterReadings, durable=False)
    async def read(request):
        return readings(request.payload.EndDevice[0].mRID)

    with anyio.fail_after(LIMIT):
        async with (
            Bus(url_of(source, request), context=context) as here,
            Bus(url_of(target, request), context=context) as there,
            anyio.create_task_group() as tasks,
        ):
            await tasks.start(app.run, there)
            # by URL: how topics are called at a broker of STOMP is not known before it was asked
            urls = url_of(source, request), url_of(target, request)
            await tasks.start(Bridge(*urls, contexts=[context], name=context, durable=False).run)
            reply = await here.request(query("M-7"), timeout=LIMIT, correlation_id="run-1")
            tasks.cancel_scope.cancel()
    assert reply.payload.MeterReading[0].Meter.mRID == "M-7"
    assert reply.header.correlation_id == "run-1"


@pytest.mark.parametrize(("source", "target"), [("kafka", "activemq"), ("artemis+amqp", "kafka")])
async def test_a_broker_that_is_killed_loses_nothing_on_the_way(source, target, request):
    """The target is killed while the bridge sends to it; each key keeps its order."""
    killed = request.getfixturevalue(f"new_{target}")()
    context = f"killed-{uuid.uuid4().hex[:8]}"
    found: dict[str, list[int]] = {}
    done = anyio.Event()

    async def collect(bus, *, task_status):
        async with bus.subscribe(EndDeviceEvents, group=context, durable=True) as arriving:
            task_status.started()
            async for delivery in arriving:
                async with delivery as message:
                    key = message.payload.EndDeviceEvent[0].UsagePoint.mRID
                    found.setdefault(key, []).append(int(mrid_of(message)))
                if sum(len(set(numbers)) for numbers in found.values()) == COUNT:
                    done.set()

    with anyio.fail_after(LIMIT):
        async with (
            Bus(url_of(source, request), context=context) as here,
            Bus(killed.url(), context=context) as there,
            anyio.create_task_group() as tasks,
        ):
            await tasks.start(collect, there)
            bridge = Bridge(here, there, contexts=[context], name=context, credit=100)
            await tasks.start(bridge.run)
            for start in range(0, COUNT, 50):
                batch = [event(str(number), key=f"UP-{number % KEYS}") for number in range(start, start + 50)]
                assert not any(published.error for published in await here.publish_many(batch))
                if start == COUNT // 2:
                    await anyio.to_thread.run_sync(killed.restart)
            with anyio.move_on_after(LIMIT - 10):
                await done.wait()
            tasks.cancel_scope.cancel()
    missing = set(range(COUNT)) - {number for numbers in found.values() for number in numbers}
    assert not missing, f"{sorted(missing)} are missing; {bridge!r}"
    for numbers in found.values():
        assert list(dict.fromkeys(numbers)) == sorted(set(numbers))
    assert bridge.counters.dead_lettered == 0


async def test_a_bridge_does_not_lead_to_where_hops_are_lost(mosquitto):
    """MQTT 3.1.1 has no properties, so that no client there can tell what came over a bridge."""
    bridge = Bridge("memory:", mosquitto.url(version="3.1.1"))
    with anyio.fail_after(LIMIT), pytest.raises(UnsupportedError, match="no message properties"):
        await bridge.run()
