"""Which broker it is, and what a durable group loses when it restarts in order."""

from __future__ import annotations

import logging

import anyio.to_thread
import pytest

from cimbus.testing.support import bodies, collect, sent
from cimbus_mqtt import MqttTransport
from cimbus_mqtt.broker_version import broker_version, share_warning

from .support import context, frames, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_mosquitto_tells_its_version(mosquitto):
    found = await broker_version(MqttTransport(mosquitto.url())._endpoint)

    assert found.startswith("mosquitto version ")
    assert share_warning(found).startswith(f"{found} does not save")


async def test_a_broker_that_lets_nobody_read_it_is_unknown(new_mosquitto, tmp_path, monkeypatch):
    monkeypatch.setattr("cimbus_mqtt.broker_version.PATIENCE", 0.2)
    acl = tmp_path / "acl"
    acl.write_text("topic readwrite open/#\n")
    broker = new_mosquitto(lines=[f"acl_file {acl}"])
    found = await broker_version(MqttTransport(broker.url())._endpoint)

    assert found == ""
    assert share_warning(found).startswith("not every broker saves")


async def test_a_durable_group_of_one_process_loses_nothing_when_the_broker_restarts_in_order(new_mosquitto):
    """What is published while it is away: before the restart, and after it."""
    broker, ours = new_mosquitto(), context()
    wanted = spec(ours, "alone", durable=True)
    async with MqttTransport(broker.url()) as transport:
        assert transport.traits.persistent
        async with transport.listen(wanted):
            pass
        await sent(transport, frames(ours, 1))
        await anyio.to_thread.run_sync(broker.stop)
        await anyio.to_thread.run_sync(broker.start)
        await sent(transport, frames(ours, 1, first=1))
        async with transport.listen(wanted) as consumer:
            assert bodies(await collect(consumer, 2)) == [b"0", b"1"]


async def test_members_with_instances_are_not_promised_to_survive_a_restart(mosquitto, caplog):
    caplog.set_level(logging.WARNING)
    ours = context()
    async with MqttTransport(mosquitto.url(instance="a")) as transport:
        assert transport.traits.durable
        assert not transport.traits.persistent
        for _ in range(2):
            async with transport.listen(spec(ours, "members", durable=True)):
                pass
        async with transport.listen(spec(ours, "others")):
            pass

    assert caplog.text.count("does not save shared subscriptions") == 1
