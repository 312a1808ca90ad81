"""The sender without a network: what is written again after a connection was lost."""

from __future__ import annotations

import anyio
import pytest

from cimbus.errors import ClosedError, SendError
from cimbus.middleware.net import ConnectionLostError
from cimbus.middleware.send_report import unroutable_in
from cimbus_mqtt.packets import PUBACK, PUBCOMP, PUBREC, Ack, write_publish
from cimbus_mqtt.sender import MqttSender

from .support import Wire

pytestmark = pytest.mark.anyio

LOST = ConnectionLostError("lost")


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
    sender, first = MqttSender(10, 1), Wire()
    await sender.connected(first)
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, packets(1, b"a", b"b", b"c"))
        await anyio.wait_all_tasks_blocked()
        assert first.written() == [("PUBLISH", 1, b"a"), ("PUBLISH", 2, b"b"), ("PUBLISH", 3, b"c")]
        sender.received([Ack(PUBACK, 2)])
        sender.disconnected(LOST)
        second = Wire()
        await sender.connected(second)
        assert second.written() == [("PUBLISH+", 1, b"a"), ("PUBLISH+", 3, b"c")]
        sender.received([Ack(PUBACK, 3, 0x97), Ack(PUBACK, 99), Ack(PUBACK, 1, 0x10)])
        await anyio.wait_all_tasks_blocked()
    assert sending.results[:2] == [None, None]
    assert unroutable_in(sending.results) == {0}
    assert isinstance(sending.results[2], SendError)
    assert "Quota exceeded" in str(sending.results[2])


@pytest.mark.parametrize(("present", "expected"), [(True, ("PUBREL", 1)), (False, ("PUBLISH+", 1, b"a"))])
async def test_qos_2_after_a_break_in_its_second_half(present, expected):
    """A broker that kept the session wants only PUBREL; one that lost it has to be told everything again."""
    sender, first = MqttSender(10, 2), Wire()
    await sender.connected(first)
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, packets(2, b"a"))
        await anyio.wait_all_tasks_blocked()
        sender.received([Ack(PUBREC, 1)])
        assert first.written() == [("PUBLISH", 1, b"a"), ("PUBREL", 1)]
        sender.disconnected(LOST)
        second = Wire(session_present=present)
        await sender.connected(second)
        assert second.written() == [expected]
        sender.received([Ack(PUBREC, 1), Ack(PUBCOMP, 1, 0x92)])
    assert sending.results == [None]


async def test_pubcomp_before_pubrec_completes_nothing():
    sender = MqttSender(10, 2)
    await sender.connected(Wire())
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, packets(2, b"a"))
        await anyio.wait_all_tasks_blocked()
        sender.received([Ack(PUBCOMP, 1), Ack(PUBACK, 1)])
        assert sender.in_flight == 1
        sender.received([Ack(PUBREC, 1, 0x87)])
    assert isinstance(sending.results[0], SendError)


async def test_a_cancelled_send_leaves_its_packets_in_flight():
    sender, wire = MqttSender(2, 1), Wire()
    await sender.connected(wire)
    with anyio.move_on_after(0) as scope:
        await sender.send(packets(1, b"a", b"b", b"c"))
    assert scope.cancelled_caught
    assert sender.in_flight == 2
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, packets(1, b"d"))
        await anyio.wait_all_tasks_blocked()
        sender.received([Ack(PUBACK, 1)])
        await anyio.wait_all_tasks_blocked()
        assert wire.written()[-1] == ("PUBLISH", 3, b"d")
        sender.received([Ack(PUBACK, 2), Ack(PUBACK, 3)])
    assert sending.results == [None]


async def test_identifiers_go_round():
    sender, wire = MqttSender(3, 1), Wire()
    await sender.connected(wire)
    sender._last_id = 65_534
    async with anyio.create_task_group() as tasks:
        Sending(tasks, sender, packets(1, b"a", b"b"))
        await anyio.wait_all_tasks_blocked()
        assert [packet[1] for packet in wire.written()] == [65_535, 1]
        sender.received([Ack(PUBACK, 65_535), Ack(PUBACK, 1)])


async def test_a_new_broker_may_take_less():
    """A packet in flight that the next connection does not take is refused, not sent again and again."""
    sender = MqttSender(10, 1)
    await sender.connected(Wire())
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, packets(1, bytes(100), b"b"))
        await anyio.wait_all_tasks_blocked()
        sender.disconnected(LOST)
        wire = Wire(max_packet=50, receive_maximum=1)
        await sender.connected(wire)
        assert wire.written() == [("PUBLISH+", 2, b"b")]
        sender.received([Ack(PUBACK, 2)])
    assert isinstance(sending.results[0], SendError)
    assert sending.results[1] is None


async def test_closing_ends_every_send():
    sender = MqttSender(1, 1)
    await sender.connected(Wire())
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
    sender, first, second = MqttSender(10, 0), Wire(), Wire()
    first.lost = LOST
    await sender.connected(first)
    async with anyio.create_task_group() as tasks:
        sending = Sending(tasks, sender, [*packets(0, b"a"), SendError("no"), *packets(0, b"b")])
        await anyio.wait_all_tasks_blocked()
        sender.disconnected(LOST)
        await anyio.wait_all_tasks_blocked()
        await sender.connected(second)
    assert second.written() == [("PUBLISH", 0, b"a"), ("PUBLISH", 0, b"b")]
    assert [type(result) for result in sending.results] == [type(None), SendError, type(None)]
