"""The consumer without a network: what is acknowledged when, and what is not delivered twice."""

from __future__ import annotations

import anyio
import pytest

from cimbus.errors import ClosedError
from cimbus.interface.topic import Pattern
from cimbus.middleware.net import ConnectionLostError
from cimbus.middleware.transport import SubscriptionSpec
from cimbus_mqtt.consumer import MqttConsumer
from cimbus_mqtt.packets import PUBREL, Ack, Publish
from cimbus_mqtt.subscription import MQTT_NAMING

from .support import Wire

pytestmark = pytest.mark.anyio

LOST = ConnectionLostError("lost")


def inbox(**more):
    return MqttConsumer(SubscriptionSpec(patterns=(Pattern(),), group="g", durable=True, **more), MQTT_NAMING, ring=100)


def publish(packet_id, body=b"", *, qos=1, dup=False, key="k"):
    return Publish(f"c/events/N/created/{key}", body, qos, packet_id, dup)


async def test_what_is_unsettled_is_not_delivered_twice():
    """After a break it is redelivered under its old identifier: only then can it be acknowledged."""
    box, first, second = inbox(), Wire(), Wire(session_present=True)
    await box.connected(first)
    box.received([publish(1, b"a"), publish(2, b"b"), publish(3, b"c")])
    one, two, three = await box.receive()
    one.accept()
    assert first.written() == [("PUBACK", 1)]
    box.disconnected(LOST)
    two.accept()
    await box.connected(second)
    assert second.written() == []
    box.received([publish(2, b"b", dup=True), publish(3, b"c", dup=True), publish(4, b"d")])
    assert second.written() == [("PUBACK", 2)]
    three.accept()
    assert second.written() == [("PUBACK", 3)]
    (four,) = await box.receive()
    assert four.value.body == b"d"
    assert four.attempt == 1


async def test_another_message_under_the_same_identifier_is_another_message():
    """A broker that lost what it knew may use an identifier again; its message must not be taken for the old one."""
    box, wire = inbox(), Wire(session_present=True)
    await box.connected(Wire())
    box.received([publish(1, b"old")])
    (old,) = await box.receive()
    await box.connected(wire)
    box.received([publish(1, b"new", dup=True)])
    (new,) = await box.receive()
    assert new.value.body == b"new"
    old.accept()
    assert wire.written() == []
    new.accept()
    assert wire.written() == [("PUBACK", 1)]


async def test_a_lost_session_orphans_what_is_here(caplog):
    """It is still delivered - it may be the only copy - and not acknowledged."""
    box, wire = inbox(credit=1), Wire()
    await box.connected(Wire())
    box.received([publish(1, b"a"), publish(2, b"b")])
    (one,) = await box.receive()
    await box.connected(wire)
    one.accept()
    (two,) = await box.receive()
    two.accept()
    assert two.value.body == b"b"
    assert wire.written() == []
    assert "lost the session" in caplog.text


async def test_qos_2_is_acknowledged_once_settled_and_forgotten_with_pubrel():
    box, wire = inbox(), Wire(session_present=True)
    await box.connected(Wire())
    box.received([publish(1, b"a", qos=2)])
    (one,) = await box.receive()
    box.disconnected(LOST)
    await box.connected(wire)
    box.received([publish(1, b"a", qos=2, dup=True)])
    assert wire.written() == []
    one.accept()
    box.received([publish(1, b"a", qos=2, dup=True)])
    assert wire.written() == [("PUBREC", 1), ("PUBREC", 1)]
    box.received([Ack(PUBREL, 1), Ack(PUBREL, 1)])
    assert wire.written() == [("PUBCOMP", 1), ("PUBCOMP", 1)]
    box.received([publish(1, b"a", qos=2)])
    (again,) = await box.receive()
    assert again.value.body == b"a"


async def test_a_released_frame_is_not_acknowledged():
    box, wire = inbox(), Wire()
    await box.connected(wire)
    box.received([publish(1, b"a")])
    (one,) = await box.receive()
    one.release()
    assert wire.written() == []
    (one,) = await box.receive()
    assert one.attempt == 2
    one.reject()
    assert wire.written() == [("PUBACK", 1)]


async def test_the_reader_pauses_only_beyond_credit_and_slack():
    """A broker that ignores our Receive Maximum does not fill our memory."""
    box = inbox(credit=2)
    await box.connected(Wire())
    number = 0
    while not box.full:
        number += 1
        box.received([publish(number, b"%d" % number)])
    assert number == 2 + 64 + 1
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(box.wait_for_room)
        await anyio.wait_all_tasks_blocked()
        assert len(await box.receive()) == 2


async def test_the_reader_pauses_for_bytes_too(monkeypatch):
    """However many deliveries are allowed: a few large ones are enough."""
    monkeypatch.setattr("cimbus.middleware.net.pausing.MAX_WAITING_BYTES", 1_000)
    box = inbox(credit=100)
    await box.connected(Wire())
    box.received([publish(number, bytes(400)) for number in (1, 2)])
    assert not box.full
    box.received([publish(3, bytes(400))])
    assert box.full
    assert len(await box.receive()) == 3
    assert not box.full


async def test_a_closed_inbox_takes_nothing():
    """What comes after the end stays with the broker."""
    box, wire = inbox(), Wire()
    await box.connected(wire)
    box.received([publish(1)])
    box.close()
    box.received([publish(2), publish(3, key="x/y/z")])
    assert wire.written() == []
    with pytest.raises(ClosedError):
        await box.receive()
