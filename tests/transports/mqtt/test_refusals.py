"""Which refusals of an MQTT broker are final: every code of the standard's tables, and what is done about it."""

from __future__ import annotations

import anyio
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from cimbus.errors import ClosedError, ConnectError
from cimbus_mqtt import MqttTransport
from cimbus_mqtt.connection import CONNECT_REFUSALS, DISCONNECTIONS, SUBSCRIBE_REFUSALS
from cimbus_mqtt.engine import Engine

from .support import context, frames, spec

FINAL_CONNACK = {
    *("Unspecified error", "Malformed packet", "Protocol error", "Implementation specific error"),
    *("Unsupported protocol version", "Client identifier not valid", "Bad user name or password", "Not authorized"),
    *("Banned", "Bad authentication method", "Topic name invalid", "Packet too large"),
    *("Retain not supported", "QoS not supported", "Server moved"),
}
PASSING_CONNACK = {
    *("Server unavailable", "Server busy", "Quota exceeded", "Use another server", "Connection rate exceeded"),
}
FINAL_SUBACK = {
    *("Unspecified error", "Implementation specific error", "Not authorized", "Topic filter invalid"),
    *("Shared subscription not supported", "Subscription identifiers not supported"),
    "Wildcard subscription not supported",
}
PASSING_SUBACK = {"Packet identifier in use", "Quota exceeded"}
FINAL_DISCONNECT = {
    *("Topic filter invalid", "QoS not supported", "Server moved", "Shared subscription not supported"),
    "Wildcard subscription not supported",
}
PASSING_DISCONNECT = {
    *("Unspecified error", "Malformed packet", "Protocol error", "Implementation specific error", "Not authorized"),
    *("Server busy", "Server shutting down", "Keep alive timeout", "Session taken over", "Topic name invalid"),
    *("Receive maximum exceeded", "Topic alias invalid", "Packet too large", "Message rate too high"),
    *("Quota exceeded", "Administrative action", "Payload format invalid", "Retain not supported"),
    *("Use another server", "Connection rate exceeded", "Maximum connect time"),
}


def code(packet: int, name: str) -> int:
    return ReasonCode(packet, name).value


@pytest.mark.parametrize(
    ("packet", "table", "final", "passing"),
    [
        (PacketTypes.CONNACK, CONNECT_REFUSALS, FINAL_CONNACK, PASSING_CONNACK),
        (PacketTypes.SUBACK, SUBSCRIBE_REFUSALS, FINAL_SUBACK, PASSING_SUBACK),
        (PacketTypes.DISCONNECT, DISCONNECTIONS, FINAL_DISCONNECT, PASSING_DISCONNECT),
    ],
    ids=["CONNACK", "SUBACK", "DISCONNECT"],
)
def test_every_reason_code_is_sorted(packet, table, final, passing):
    assert {name for name in final | passing if table.final(code(packet, name))} == final
    assert all(source for _, source in table.rows.values())


def answering(monkeypatch, kind: int, place: int, *codes: int):
    """Have the broker's next packets of one kind carry other reason codes, on their way to us."""
    feed, left = Engine.feed, list(codes)

    def changed(self, raw):
        if raw[0] == kind and left:
            at = place % len(raw)
            raw = raw[:at] + bytes((left.pop(0),)) + raw[at + 1 :]
        return feed(self, raw)

    monkeypatch.setattr(Engine, "feed", changed)
    return left


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_broker_that_is_busy_is_asked_again_by_a_consumer(monkeypatch, mosquitto):
    ours = context()
    async with MqttTransport(mosquitto.url()) as transport:
        left = answering(monkeypatch, 0x20, 3, code(PacketTypes.CONNACK, "Server busy"))
        with anyio.fail_after(60):
            async with transport.listen(spec(ours)) as consumer:
                assert await transport.send(frames(ours, 1)) == [None]
                assert [delivery.value.body for delivery in await consumer.receive()] == [b"0"]
        assert left == []


@pytest.mark.anyio
@pytest.mark.broker
@pytest.mark.parametrize("name", ["Banned", "Server busy"])
async def test_a_broker_that_refuses_is_an_error_at_start(monkeypatch, mosquitto, name):
    answering(monkeypatch, 0x20, 3, code(PacketTypes.CONNACK, name))
    with pytest.raises(ConnectError, match=name):
        await MqttTransport(mosquitto.url()).__aenter__()


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_subscription_that_is_refused_for_now_is_made_later(monkeypatch, mosquitto):
    ours = context()
    async with MqttTransport(mosquitto.url()) as transport:
        left = answering(monkeypatch, 0x90, -1, code(PacketTypes.SUBACK, "Quota exceeded"))
        with anyio.fail_after(60):
            async with transport.listen(spec(ours)):
                assert left == []


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_connection_that_is_ended_for_good_ends_the_consumer(mosquitto):
    """Else it would be made and ended again without end. Mosquitto sends no such DISCONNECT; this is one."""
    ours = context()
    async with MqttTransport(mosquitto.url()) as transport, transport.listen(spec(ours)) as consumer:
        consumer.current.connection._received(bytes((0xE0, 2, 0x9E, 0)))
        with anyio.fail_after(60), pytest.raises(ClosedError, match="Shared subscription not supported"):
            await consumer.receive()
