"""The sender and the inbox without a network: what is written again after a break, and what is not delivered twice."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from cimbus.errors import ClosedError, SendError
from cimbus.naming import MQTT_NAMING
from cimbus.topic import Pattern
from cimbus.transport import Intake
from cimbus_mqtt.engine import Welcome
from cimbus_mqtt.handler import Lost
from cimbus_mqtt.incoming import MqttInbox
from cimbus_mqtt.outgoing import Sender
from cimbus_mqtt.packets import PUBACK, PUBCOMP, PUBREC, PUBREL, Ack, Publish, Scanner, write_publish

pytestmark = pytest.mark.anyio


class Wire:
    """A connection that keeps what is written."""

    v5 = True

    def __init__(self, *, session_present=False, **more):
        self.welcome = Welcome(code=0, reason="", session_present=session_present, **more)
        self.broken = False
        self._scanner = Scanner(v5=True, limit=1_000_000)
        self._data = b""

    def write(self, data):
        self._data += data

    async def flush(self):
        if self.broken:
            raise Lost("broken")

    def written(self):
        """What was written since the last call, as packets without their content."""
        data, self._data = self._data, b""
        found = []
        for packet in self._scanner.feed(data):
            if isinstance(packet, Publish):
                found.append(("PUBLISH+" if packet.dup else "PUBLISH", packet.packet_id, packet.payload))
            else:
                found.append(({4: "PUBACK", 5: "PUBREC", 6: "PUBREL", 7: "PUBCOMP"}[packet.kind], packet.packet_id))
        return found


def packets(qos, *payloads):
    return [write_publish(b"t", payload, qos, b"") for payload in payloads]


class Sending:
    """A sender with one ``send`` under way."""

    def __init__(self, tasks, sender, batch):
        self.results = None
        self._batch = batch
        tasks.start_soon(self._run, sender)

    async def _run(self, sender):
        self.results = await sender.send(self._batch)


async def test_qos_1_after_a_break():
    sender, first = Sender(10, 1), Wire()
    sender.connected(first)
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, packets(1, b"a", b"b", b"c"))
        await anyio.wait_all_tasks_blocked()
        assert first.written() == [("PUBLISH", 1, b"a"), ("PUBLISH", 2, b"b"), ("PUBLISH", 3, b"c")]
        sender.packets([Ack(PUBACK, 2)])
        sender.disconnected()
        second = Wire()
        sender.connected(second)
        assert second.written() == [("PUBLISH+", 1, b"a"), ("PUBLISH+", 3, b"c")]
        sender.packets([Ack(PUBACK, 3, 0x97), Ack(PUBACK, 99), Ack(PUBACK, 1, 0x10)])
        await anyio.wait_all_tasks_blocked()
    assert sending.results[:2] == [None, None]
    assert isinstance(sending.results[2], SendError)
    assert "Quota exceeded" in str(sending.results[2])


@pytest.mark.parametrize(("present", "expected"), [(True, ("PUBREL", 1)), (False, ("PUBLISH+", 1, b"a"))])
async def test_qos_2_after_a_break_in_its_second_half(present, expected):
    """A broker that kept the session wants only PUBREL; one that lost it has to be told everything again."""
    sender, first = Sender(10, 2), Wire()
    sender.connected(first)
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, packets(2, b"a"))
        await anyio.wait_all_tasks_blocked()
        sender.packets([Ack(PUBREC, 1)])
        assert first.written() == [("PUBLISH", 1, b"a"), ("PUBREL", 1)]
        sender.disconnected()
        second = Wire(session_present=present)
        sender.connected(second)
        assert second.written() == [expected]
        sender.packets([Ack(PUBREC, 1), Ack(PUBCOMP, 1, 0x92)])
    assert sending.results == [None]


async def test_pubcomp_before_pubrec_completes_nothing():
    sender = Sender(10, 2)
    sender.connected(Wire())
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, packets(2, b"a"))
        await anyio.wait_all_tasks_blocked()
        sender.packets([Ack(PUBCOMP, 1), Ack(PUBACK, 1)])
        assert sender.in_flight == 1
        sender.packets([Ack(PUBREC, 1, 0x87)])
    assert isinstance(sending.results[0], SendError)


async def test_a_cancelled_send_leaves_its_packets_in_flight():
    sender, wire = Sender(2, 1), Wire()
    sender.connected(wire)
    with anyio.move_on_after(0) as scope:
        await sender.send(packets(1, b"a", b"b", b"c"))
    assert scope.cancelled_caught
    assert sender.in_flight == 2
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, packets(1, b"d"))
        await anyio.wait_all_tasks_blocked()
        sender.packets([Ack(PUBACK, 1)])
        await anyio.wait_all_tasks_blocked()
        assert wire.written()[-1] == ("PUBLISH", 3, b"d")
        sender.packets([Ack(PUBACK, 2), Ack(PUBACK, 3)])
    assert sending.results == [None]


async def test_identifiers_go_round():
    sender, wire = Sender(3, 1), Wire()
    sender.connected(wire)
    sender._last_id = 65_534
    async with anyio.create_task_group() as tasks:
        Sending(tasks, sender, packets(1, b"a", b"b"))
        await anyio.wait_all_tasks_blocked()
        assert [packet[1] for packet in wire.written()] == [65_535, 1]
        sender.packets([Ack(PUBACK, 65_535), Ack(PUBACK, 1)])


async def test_a_new_broker_may_take_less():
    """A packet in flight that the next connection does not take is refused, not sent for ever."""
    sender = Sender(10, 1)
    sender.connected(Wire())
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, packets(1, bytes(100), b"b"))
        await anyio.wait_all_tasks_blocked()
        sender.disconnected()
        wire = Wire(max_packet=50, receive_maximum=1)
        sender.connected(wire)
        assert wire.written() == [("PUBLISH+", 2, b"b")]
        sender.packets([Ack(PUBACK, 2)])
    assert isinstance(sending.results[0], SendError)
    assert sending.results[1] is None


async def test_closing_ends_every_send():
    sender = Sender(1, 1)
    sender.connected(Wire())
    errors = []

    async def send():
        try:
            await sender.send(packets(1, b"a", b"b"))
        except ClosedError:
            errors.append(True)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send)
        tasks.start_soon(send)
        await anyio.wait_all_tasks_blocked()
        sender.close()
    assert errors == [True, True]
    with pytest.raises(ClosedError):
        await sender.send(packets(1, b"c"))


async def test_qos_0_goes_again_when_it_may_be_lost():
    sender, first, second = Sender(10, 0), Wire(), Wire()
    first.broken = True
    sender.connected(first)
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, [*packets(0, b"a"), SendError("no"), *packets(0, b"b")])
        await anyio.wait_all_tasks_blocked() if not first.broken else await anyio.lowlevel.checkpoint()
        sender.disconnected()
        await anyio.wait_all_tasks_blocked()
        sender.connected(second)
    assert second.written() == [("PUBLISH", 0, b"a"), ("PUBLISH", 0, b"b")]
    assert [type(result) for result in sending.results] == [type(None), SendError, type(None)]


# -- the inbox ----------------------------------------------------------------------------------------------------


def inbox(**more):
    return MqttInbox(Intake(patterns=(Pattern(),), group="g", durable=True, **more), MQTT_NAMING, ring=100)


def publish(packet_id, body=b"", *, qos=1, dup=False, key="k"):
    return Publish(f"c/events/N/created/{key}", body, qos, packet_id, dup)


async def test_what_is_in_hand_is_not_delivered_twice():
    """After a break it comes again under its old identifier: only then can it be acknowledged."""
    box, first, second = inbox(), Wire(), Wire(session_present=True)
    box.connected(first)
    box.packets([publish(1, b"a"), publish(2, b"b"), publish(3, b"c")])
    one, two, three = await box.receive()
    one.accept()
    assert first.written() == [("PUBACK", 1)]
    box.disconnected()
    two.accept()
    box.connected(second)
    assert second.written() == []
    box.packets([publish(2, b"b", dup=True), publish(3, b"c", dup=True), publish(4, b"d")])
    assert second.written() == [("PUBACK", 2)]
    three.accept()
    assert second.written() == [("PUBACK", 3)]
    (four,) = await box.receive()
    assert four.value.body == b"d"
    assert four.attempt == 1


async def test_another_message_under_the_same_identifier_is_another_message():
    """A broker that lost what it knew may use an identifier again; its message must not be taken for the old one."""
    box, wire = inbox(), Wire(session_present=True)
    box.connected(Wire())
    box.packets([publish(1, b"old")])
    (old,) = await box.receive()
    box.connected(wire)
    box.packets([publish(1, b"new", dup=True)])
    (new,) = await box.receive()
    assert new.value.body == b"new"
    old.accept()
    assert wire.written() == []
    new.accept()
    assert wire.written() == [("PUBACK", 1)]


async def test_a_lost_session_orphans_what_is_here(caplog):
    """It is still delivered - it may be the only copy - and acknowledged to nobody."""
    box, wire = inbox(credit=1), Wire()
    box.connected(Wire())
    box.packets([publish(1, b"a"), publish(2, b"b")])
    (one,) = await box.receive()
    box.connected(wire)
    one.accept()
    (two,) = await box.receive()
    two.accept()
    assert two.value.body == b"b"
    assert wire.written() == []
    assert "lost the session" in caplog.text


async def test_qos_2_is_acknowledged_once_settled_and_forgotten_with_pubrel():
    box, wire = inbox(), Wire(session_present=True)
    box.connected(Wire())
    box.packets([publish(1, b"a", qos=2)])
    (one,) = await box.receive()
    box.disconnected()
    box.connected(wire)
    box.packets([publish(1, b"a", qos=2, dup=True)])
    assert wire.written() == []
    one.accept()
    box.packets([publish(1, b"a", qos=2, dup=True)])
    assert wire.written() == [("PUBREC", 1), ("PUBREC", 1)]
    box.packets([Ack(PUBREL, 1), Ack(PUBREL, 1)])
    assert wire.written() == [("PUBCOMP", 1), ("PUBCOMP", 1)]
    box.packets([publish(1, b"a", qos=2)])
    (again,) = await box.receive()
    assert again.value.body == b"a"


async def test_a_released_frame_is_not_acknowledged():
    box, wire = inbox(), Wire()
    box.connected(wire)
    box.packets([publish(1, b"a")])
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
    box.connected(Wire())
    number = 0
    while not box.full:
        number += 1
        box.packets([publish(number, b"%d" % number)])
    assert number == 2 + 64 + 1
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(box.drained)
        await anyio.wait_all_tasks_blocked()
        assert len(await box.receive()) == 2


async def test_the_reader_pauses_for_bytes_too(monkeypatch):
    """However many deliveries are allowed: a few large ones are enough."""
    monkeypatch.setattr("cimbus_mqtt.incoming.ROOM", 1_000)
    box = inbox(credit=100)
    box.connected(Wire())
    box.packets([publish(number, bytes(400)) for number in (1, 2)])
    assert not box.full
    box.packets([publish(3, bytes(400))])
    assert box.full
    assert len(await box.receive()) == 3
    assert not box.full


async def test_a_closed_inbox_takes_nothing():
    """What comes after the end stays with the broker."""
    box, wire = inbox(), Wire()
    box.connected(wire)
    box.packets([publish(1)])
    box.close()
    box.packets([publish(2), publish(3, key="x/y/z")])
    assert wire.written() == []
    with pytest.raises(ClosedError):
        await box.receive()
