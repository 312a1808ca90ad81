"""What an MQTT broker will do to messages, by what it says: with good settings and with bad ones."""

from __future__ import annotations

import anyio
import pytest

from cimbus.middleware.doctor.mqtt import DROPPED
from cimbus.testing.support import sent
from cimbus_mqtt import MqttTransport

from .support import context, frames, spec


def verdicts(found):
    return {finding.setting.partition(" (")[0]: finding.verdict for finding in found}


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_broker_as_it_should_be(mosquitto):
    async with MqttTransport(mosquitto.url()) as transport:
        found = verdicts(await transport.examine())
    assert "error" not in found.values()
    assert found["session expiry"] == found["maximum packet size"] == found["retained messages"] == "ok"
    assert found["queue of a session"] == found["persistence"] == "unknown"  # Mosquitto tells neither


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_broker_that_drops(new_mosquitto):
    lines = ["max_queued_messages 5", "max_packet_size 2000", "sys_interval 1"]
    broker, ours = new_mosquitto(lines=lines), context()
    async with MqttTransport(broker.url(session_expiry=60)) as transport:
        async with transport.listen(spec(ours, "away", durable=True)):
            pass
        await sent(transport, frames(ours, 50))
        with anyio.fail_after(20):
            while verdicts(found := await transport.examine()).get(DROPPED) != "error":
                pass  # the broker counts once a second
    assert verdicts(found)["session expiry"] == "error"
    assert verdicts(found)["maximum packet size"] == "warning"
    assert all(finding.advice for finding in found if finding.verdict == "error")


@pytest.mark.anyio
@pytest.mark.broker
async def test_mqtt_3_1_1_does_not_say_much(mosquitto):
    async with MqttTransport(mosquitto.url(version="3.1.1")) as transport:
        found = verdicts(await transport.examine())
    assert found["session expiry"] == found["maximum packet size"] == "unknown"
