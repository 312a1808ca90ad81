"""Connections that are made, refused, silent, or lost and made again."""

from __future__ import annotations

import ssl

import anyio
import pytest

from cimbus.errors import ConnectError
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.support import bodies, sent

from .support import PATIENCE, AmqpTransport, context, frames, got, spec, transport

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_a_broker_that_hangs_is_given_up_and_found_again(artemis):
    """Nothing ends the connections but our own clock; what was on its way arrives, in order."""
    ours = context()
    async with (
        FaultProxy(artemis.amqp) as way,
        transport(artemis, port=way.port, heartbeat=1, connect_timeout=5) as bus,
        bus.listen(spec(ours, "hung", durable=True)) as inbox,
        anyio.create_task_group() as tasks,
    ):
        old = way.accepted
        with way.stalled(), anyio.fail_after(PATIENCE):
            tasks.start_soon(sent, bus, frames(ours, 5))
            while bus.ready or way.accepted < old + 2:  # noqa: ASYNC110  # it has no event
                await anyio.sleep(0.01)
        found = []
        while len(set(found)) < 5:  # what hung on its way is sent again, and may come twice
            found += bodies(await got(inbox, 1))
        assert list(dict.fromkeys(found)) == [b"%d" % number for number in range(5)]


async def test_the_option_heartbeat_is_the_silence_that_ends_a_connection(artemis):
    """The broker is asked to speak within half of it."""
    async with transport(artemis, heartbeat=7) as bus:
        assert bus._sending._connection.engine._transport.idle_timeout == 7


async def test_a_quiet_connection_lives(artemis):
    """The broker is asked to speak often enough, and hears of us as often as it asks."""
    ours = context()
    async with (
        FaultProxy(artemis.amqp) as way,
        transport(artemis, port=way.port, heartbeat=2) as bus,
        bus.listen(spec(ours)) as inbox,
    ):
        passed = way.passed
        await anyio.sleep(2.2)  # the passing of time is what is tested
        assert way.passed > passed
        assert way.accepted == 2
        await sent(bus, frames(ours, 1))
        assert bodies(await got(inbox, 1)) == [b"0"]


async def test_who_is_refused_is_told(new_artemis):
    """Without waiting for a broker that will never want us; and no text has the password."""
    broker = new_artemis(users={"ana": "s3cr3t"})
    for user, password in (("ana", "wrong"), ("eve", "s3cr3t"), ("", None)):
        with pytest.raises(ConnectError, match="refuses us") as found:
            async with AmqpTransport(broker.url(user, password, wire="amqp")):
                pass
        assert "s3cr3t" not in str(found.value)
        assert "wrong" not in str(found.value)


async def test_what_is_no_broker_is_told(artemis):
    """A port without a server, one where STOMP is spoken, and one that does not answer."""
    async with FaultProxy(artemis.amqp) as way:
        with way.refusing(), pytest.raises(ConnectError, match="closed the connection"):
            async with transport(artemis, port=way.port):
                pass
        with way.stalled(), pytest.raises(ConnectError, match="does not speak AMQP"):
            async with transport(artemis, port=way.port, connect_timeout=0.2):
                pass
        port = way.port
    with pytest.raises(ConnectError, match="cannot be reached"):
        async with transport(artemis, port=port):
            pass
    with pytest.raises(ConnectError):
        async with transport(artemis, port=artemis.port, connect_timeout=1):
            pass


async def test_a_stranger_is_not_trusted(new_artemis, certificates):
    broker = new_artemis(certificates=certificates)
    url = broker.url(wire="amqp", ca="")
    with pytest.raises(ConnectError, match="not trusted"):
        async with AmqpTransport(url):
            pass
    trusting = ssl.create_default_context(cafile=str(certificates.ca))
    async with AmqpTransport(url, tls=trusting) as bus:
        assert bus.ready
