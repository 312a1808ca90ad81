"""Connections that are made, refused, silent, or lost and made again."""

from __future__ import annotations

import logging

import anyio
import pytest

from cimbus.errors import ConnectError
from cimbus.testing.brokers import ActiveMQBroker, ArtemisBroker
from cimbus.testing.brokers.fixtures import needed
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.sending import SendingContract
from cimbus.testing.settling import SettlingContract
from cimbus.testing.support import bodies, sent
from cimbus_jms.stomp import StompTransport

from .answering import answering
from .support import PATIENCE, context, frames, got, spec

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@pytest.fixture(params=["activemq", "artemis"])
def broker(request):
    return request.getfixturevalue(request.param)


async def test_a_broker_that_hangs_is_given_up_and_found_again(broker):
    """Nothing ends the connections but our own clock; what was on its way arrives."""
    ours = context()
    wanted = spec(ours, "hung", durable=True)
    async with (
        FaultProxy(broker.port) as way,
        StompTransport(broker.url(port=way.port, heartbeat=1, connect_timeout=5)) as transport,
        transport.listen(wanted) as inbox,
    ):
        old = way.accepted
        async with anyio.create_task_group() as tasks:
            with way.stalled(), anyio.fail_after(PATIENCE):
                tasks.start_soon(sent, transport, frames(ours, 5))
                while transport.ready or way.accepted < old + 2:  # noqa: ASYNC110  # it has no event
                    await anyio.sleep(0.01)
            found = []
            while len(set(found)) < 5:  # what hung on its way is sent again, and may come twice
                found += bodies(await got(inbox, 1))
            order = [b"%d" % number for number in range(5)]
            assert set(found) == set(order)
            if broker.name == "activemq":  # Artemis sees two consumers: the hung one is not gone
                assert list(dict.fromkeys(found)) == order
        assert way.accepted >= old + 2


async def test_a_quiet_connection_lives(broker):
    """Heartbeats go both ways: longer than either side would wait for the other."""
    ours = context()
    async with (
        FaultProxy(broker.port) as way,
        StompTransport(broker.url(port=way.port, heartbeat=2)) as transport,
        transport.listen(spec(ours)) as inbox,
    ):
        passed = way.passed
        await anyio.sleep(2.2)  # the passing of time is what is tested
        assert way.passed >= passed + 8
        assert way.accepted == 2
        await sent(transport, frames(ours, 1))
        assert bodies(await got(inbox, 1)) == [b"0"]


USERS = {"ana": "s3cr3t / ü:\\", "bob": "other"}


@pytest.fixture(scope="module")
def safe_activemq(tmp_path_factory, certificates):
    needed("activemq")
    with ActiveMQBroker(tmp_path_factory.mktemp("activemq"), users=USERS, certificates=certificates) as found:
        yield found


@pytest.fixture(scope="module")
def safe_artemis(tmp_path_factory, certificates):
    needed("artemis")
    with ArtemisBroker(tmp_path_factory.mktemp("artemis"), users=USERS, certificates=certificates) as found:
        yield found


@pytest.fixture(params=["activemq", "artemis"])
def safe(request):
    return request.getfixturevalue(f"safe_{request.param}")


class TestTlsAndPassword(SendingContract, SettlingContract):
    """Another way to ActiveMQ Classic: what passes bytes, and what opens connections again and again."""

    @pytest.fixture(autouse=True)
    def _broker(self, safe_activemq):
        self.broker = safe_activemq

    def transport(self):
        return StompTransport.from_url(self.broker.url("ana"))


async def test_tls_and_a_password(safe):
    ours = context()
    async with StompTransport(safe.url("ana")) as transport, transport.listen(spec(ours)) as inbox:
        await sent(transport, frames(ours, 1))
        assert bodies(await got(inbox, 1)) == [b"0"]


async def test_a_wrong_password_is_named_and_not_shown(safe, caplog):
    caplog.set_level(logging.DEBUG)
    transport = StompTransport(safe.url("ana", "wr0ng-secret"))
    with pytest.raises(ConnectError, match="user name and password") as caught:
        await transport.__aenter__()
    assert "wr0ng-secret" not in f"{caught.value!r} {transport!r} {caplog.text}"


async def test_a_password_that_stomp_cannot_say(activemq):
    transport = StompTransport(f"jms+stomp://ana:a%0Ab@127.0.0.1:{activemq.port}/")
    with pytest.raises(ConnectError, match="several lines"):
        await transport.__aenter__()


async def test_a_broker_that_is_not_trusted(safe):
    with pytest.raises(ConnectError, match="not trusted"):
        await StompTransport(f"jms+stomps://127.0.0.1:{safe.port}/").__aenter__()


async def test_no_server_there():
    async with FaultProxy(1) as way:
        port = way.port
    with pytest.raises(ConnectError, match=f"127[.]0[.]0[.]1:{port} cannot be reached"):
        await StompTransport(f"jms+stomp://127.0.0.1:{port}").__aenter__()


async def test_no_answer(activemq):
    async with FaultProxy(activemq.port) as way:
        with way.stalled(), pytest.raises(ConnectError, match="does not answer"):
            await StompTransport(activemq.url(port=way.port, connect_timeout=0.3)).__aenter__()


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no STOMP broker"),
        (b"CONNECTED\nversion:1.1\n\n\0", r"no STOMP 1\.2"),
        (b"CONNECTED\n\n\0", r"no STOMP 1\.2"),
        (b"RECEIPT\nreceipt-id:1\n\n\0", r"no STOMP 1\.2"),
        (
            b"CONNECTED\nversion:1.2\nserver:RabbitMQ/3.12\n\n\0",
            r"RabbitMQ/3\.12.*dialect=activemq or .dialect=artemis",
        ),
        (b"ERROR\nmessage:not you\n\n\0", "not you"),
        (b"ERROR\n\nnot\nyou\0", "not"),
    ],
)
async def test_what_is_no_broker_of_ours(answer, text):
    async with answering(answer) as (url, _):
        with pytest.raises(ConnectError, match=text):
            await StompTransport(url + "?connect_timeout=5").__aenter__()
