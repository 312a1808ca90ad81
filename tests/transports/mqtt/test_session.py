"""Connections that break, stall or are taken over: nothing is lost, nor doubled at QoS 2, and no two clients fight
without end."""

from __future__ import annotations

import logging
from contextlib import suppress

import anyio
import pytest
from application.support import until

from cimbus.errors import ClosedError
from cimbus.middleware.net import ClosedByBrokerError, ResetByBrokerError
from cimbus.middleware.net.takeover import MAX_SUSPICIONS, MORE_SUSPICIONS
from cimbus.testing.support import bodies, collect, numbers, sent
from cimbus_mqtt import MqttTransport
from cimbus_mqtt.connection import TAKEN_OVER, DisconnectedError
from cimbus_mqtt.session import MqttSession

from .support import Relay, context, frames, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_unacknowledged_frames_are_sent_again(new_mosquitto):
    """50 are in flight when the connection ends: 50 distinct ones arrive, and send returns only then."""
    mosquitto = new_mosquitto(lines=["max_inflight_messages 50"])
    ours = context()
    async with (
        Relay(mosquitto.port) as way,
        MqttTransport(mosquitto.url(port=way.port)) as sender,
        MqttTransport(mosquitto.url()) as receiver,
        receiver.listen(spec(ours)) as inbox,
        anyio.create_task_group() as tasks,
    ):
        way.stall()
        results = []

        async def send():
            results.extend(await sender.send(frames(ours, 50)))

        tasks.start_soon(send)
        await anyio.wait_all_tasks_blocked()
        assert sender._sender.in_flight == 50
        assert not results
        way.cut()
        way.resume()
        found = {delivery.value.body for delivery in await collect(inbox, 50)}
        while len(found) < 50:
            found |= {delivery.value.body for delivery in await collect(inbox, 1)}
    assert results == [None] * 50
    assert found == set(numbers(50))


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_qos_2_is_exactly_once_across_cuts(mosquitto, version):
    """Sender and receiver are cut again and again; every frame arrives, in order, once."""
    ours, count = context(), 300
    async with (
        Relay(mosquitto.port) as way,
        MqttTransport(mosquitto.url(port=way.port, qos=2, version=version)) as sender,
        MqttTransport(mosquitto.url(port=way.port, qos=2, version=version)) as receiver,
        receiver.listen(spec(ours, "exact", durable=True)) as inbox,
        anyio.create_task_group() as tasks,
    ):

        async def send():
            for start in range(0, count, 10):
                await sent(sender, frames(ours, 10, first=start))

        tasks.start_soon(send)
        found = []
        for limit in (50, 120, 200, count):
            while len(found) < limit:
                found += bodies(await collect(inbox, 1))
            way.cut()
        await sent(sender, frames(ours, 1, first=count))
        while found[-1] != b"%d" % count:
            found += bodies(await collect(inbox, 1))
    assert found == numbers(count + 1)


async def test_a_kill_in_mid_run_loses_nothing(new_mosquitto):
    """SIGKILL and a restart while a durable group reads at QoS 1; what was sent arrives, the sender waits meanwhile."""
    broker = new_mosquitto()
    ours, count = context(), 400
    found = set()
    async with (
        Relay(broker.port) as way,
        MqttTransport(broker.url(port=way.port)) as sender,
        MqttTransport(broker.url(port=way.port)) as receiver,
        receiver.listen(spec(ours, "killed", durable=True)) as inbox,
        anyio.create_task_group() as tasks,
    ):

        async def send():
            for start in range(0, count, 5):
                await sent(sender, frames(ours, 5, first=start))

        tasks.start_soon(send)
        while len(found) < count // 3:
            found |= set(bodies(await collect(inbox, 1)))
        await way.kill(broker)
        while len(found) < count:
            found |= set(bodies(await collect(inbox, 1)))
    assert found == set(numbers(count))


async def test_a_stalled_connection_is_given_up(mosquitto, caplog):
    """Nothing passes and nothing ends: only the keepalive can tell, and then everything goes on over a new one."""
    ours = context()
    caplog.set_level(logging.WARNING, "cimbus.mqtt")
    async with (
        Relay(mosquitto.port) as way,
        MqttTransport(mosquitto.url(port=way.port, keepalive=1)) as transport,
        transport.listen(spec(ours)) as inbox,
    ):
        old = way.accepted
        way.stall()
        with anyio.fail_after(60):
            while way.accepted < old + 2:
                await way.news()
        way.resume()
        await sent(transport, frames(ours, 1))
        assert bodies(await collect(inbox, 1)) == [b"0"]
    assert "silent for" in caplog.text


async def test_a_quiet_connection_is_kept(mosquitto):
    """PINGREQ and its answer are enough, over several keepalives."""
    async with (
        Relay(mosquitto.port) as way,
        MqttTransport(mosquitto.url(port=way.port, keepalive=2)) as transport,
        transport.listen(spec(context())),
    ):
        old = way.passed
        while way.passed < old + 12:  # bytes of PINGREQ and PINGRESP: three of each on one of the connections
            await way.news()
        assert way.accepted == 2
        assert transport.ready


async def test_two_processes_of_one_durable_group_end_in_a_clear_error(mosquitto):
    """One of the two is told; the other one has the group to itself."""
    ours = context()
    wanted = spec(ours, "taken", durable=True)
    errors = []
    async with MqttTransport(mosquitto.url()) as one, MqttTransport(mosquitto.url()) as two:

        async def listen(transport, told):
            async with transport.listen(wanted) as inbox:
                try:
                    while True:
                        await collect(inbox, 1)
                except ClosedError as exc:
                    errors.append(str(exc))
                    told.set()
                    await anyio.sleep_forever()

        told = anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen, one, told)
            tasks.start_soon(listen, two, told)
            await told.wait()
            tasks.cancel_scope.cancel()
    assert len(errors) == 1
    assert "instance" in errors[0]
    assert "taken" in errors[0]


@pytest.mark.parametrize("tells", [False, True], ids=["without a reason", "Session taken over"])
async def test_the_process_that_came_later_is_told_and_the_first_goes_on(mosquitto, monkeypatch, tells):
    """Mosquitto 2.0 gives no reason to the connection that it closes; later ones and others do (MQTT 5.0, 3.14.2.1)."""
    ended = MqttSession._ended

    def explained(self, lost, life):
        """As if the first one had been there for a minute, without waiting for that."""
        life = 60.0 if not self._takeover.established and self is one._listening.get(first) else 0.1
        if tells and self.identity.guarded and isinstance(lost, ClosedByBrokerError | ResetByBrokerError):
            lost = DisconnectedError("Session taken over", TAKEN_OVER)
        return ended(self, lost, life)

    monkeypatch.setattr(MqttSession, "_ended", explained)
    ours = context()
    wanted = spec(ours, "replica", durable=True)
    async with (
        MqttTransport(mosquitto.url(reconnect_backoff_max=0.3)) as one,
        MqttTransport(mosquitto.url(reconnect_backoff_max=0.3)) as two,
        one.listen(wanted) as first,
    ):
        await sent(two, frames(ours, 1))
        found = bodies(await collect(first, 1))
        async with two.listen(wanted) as second, anyio.create_task_group() as tasks:

            async def publish():
                for number in range(1, 300):
                    await sent(two, frames(ours, 1, first=number))

            async def receive(inbox):
                with suppress(ClosedError):
                    while True:
                        found.extend(bodies(await collect(inbox, 1)))

            tasks.start_soon(publish)
            tasks.start_soon(receive, first)
            await receive(second)
            end = two._listening[second].ended
            await until(lambda: len(set(found)) == 300)
            tasks.cancel_scope.cancel()
        disturbed = one._listening[first].reconnects
    assert set(found) == {b"%d" % number for number in range(300)}
    assert "instance" in str(end)
    assert disturbed == 1 if tells else 1 < disturbed <= MAX_SUSPICIONS + MORE_SUSPICIONS


async def test_a_network_that_fails_again_and_again_is_not_taken_for_another_process(mosquitto, caplog):
    """The broker closes every connection in order, without a word, soon after it began - but all of them."""
    ours = context()
    async with (
        Relay(mosquitto.port) as way,
        MqttTransport(mosquitto.url(port=way.port)) as transport,
        transport.listen(spec(ours, "flapping", durable=True)) as inbox,
    ):
        sessions = [transport._sending, transport._listening[inbox]]
        for number in range(MAX_SUSPICIONS + 1):
            assert way.cut() == 2
            while not all(session.up and session.reconnects > number for session in sessions):
                await anyio.wait_all_tasks_blocked()
        await sent(transport, frames(ours, 1))
        assert bodies(await collect(inbox, 1)) == [b"0"]
    assert "closed the connection" in caplog.text


async def test_members_with_instances_share(mosquitto):
    """Each has a session of its own; together they get everything once."""
    ours = context()
    wanted = spec(ours, "members", durable=True)
    async with (
        MqttTransport(mosquitto.url(instance="a")) as one,
        MqttTransport(mosquitto.url(instance="b")) as two,
        one.listen(wanted) as left,
        two.listen(wanted) as right,
        anyio.create_task_group() as tasks,
    ):
        found = []
        done = anyio.Event()

        async def take(inbox):
            while True:
                found.extend(bodies(await collect(inbox, 1)))
                if len(found) >= 40:
                    done.set()

        tasks.start_soon(take, left)
        tasks.start_soon(take, right)
        await sent(one, frames(ours, 40))
        await done.wait()
        tasks.cancel_scope.cancel()
    assert sorted(found) == sorted(numbers(40))


async def test_send_waits_for_a_broker_that_is_away(new_mosquitto):
    """However long: it returns when the broker is back and has the frames."""
    broker = new_mosquitto()
    ours, results = context(), []
    async with MqttTransport(broker.url()) as transport:
        await anyio.to_thread.run_sync(lambda: broker.kill(settle=True))

        async def send():
            results.extend(await transport.send(frames(ours, 3)))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send)
            await anyio.wait_all_tasks_blocked()
            assert results == []
            assert not transport.ready
            await anyio.to_thread.run_sync(broker.start)
        assert results == [None] * 3


async def test_the_will_is_published_when_we_are_gone(mosquitto):
    ours = context()
    (will,) = frames(ours, 1)
    async with MqttTransport(mosquitto.url()) as receiver, receiver.listen(spec(ours)) as inbox:
        async with Relay(mosquitto.port) as way, MqttTransport(mosquitto.url(port=way.port), will=will):
            way.cut()
            assert bodies(await collect(inbox, 1)) == [b"0"]
        async with MqttTransport(mosquitto.url(), will=will):
            pass  # leaving in order publishes no will
        await sent(receiver, frames(ours, 1, first=7))
        assert bodies(await collect(inbox, 1)) == [b"7"]
