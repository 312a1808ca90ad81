"""What brokers, networks and we refuse: named, and without passwords."""

from __future__ import annotations

import contextlib
import logging

import anyio
import pytest
from anyio.abc import SocketAttribute
from brokers import ActiveMQ, Artemis, needed

from cimbus.errors import ConnectError, UnsupportedError, UsageError
from cimbus.testing import TransportContract
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.support import bodies, sent
from cimbus_jms.stomp import StompTransport
from cimbus_jms.stomp.codec import Scanner

from .stomp import context, frames, got, intake

USERS = {"ana": "s3cr3t / ü:\\", "bob": "other"}

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@pytest.fixture(scope="module")
def safe_activemq(tmp_path_factory, certificates):
    needed("activemq")
    with ActiveMQ(tmp_path_factory.mktemp("activemq"), users=USERS, certificates=certificates) as found:
        yield found


@pytest.fixture(scope="module")
def safe_artemis(tmp_path_factory, certificates):
    needed("artemis")
    with Artemis(tmp_path_factory.mktemp("artemis"), users=USERS, certificates=certificates) as found:
        yield found


@pytest.fixture(params=["activemq", "artemis"])
def safe(request):
    return request.getfixturevalue(f"safe_{request.param}")


class TestTlsAndPassword(TransportContract):
    """The contract once more, at ActiveMQ Classic."""

    @pytest.fixture(autouse=True)
    def _broker(self, safe_activemq):
        self.broker = safe_activemq

    def transport(self):
        return StompTransport.from_url(self.broker.url("ana"))


async def test_tls_and_a_password(safe):
    ours = context()
    async with StompTransport(safe.url("ana")) as transport, transport.listen(intake(ours)) as inbox:
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


async def test_nobody_there():
    async with FaultProxy(1) as way:
        port = way.port
    with pytest.raises(ConnectError, match=f"127[.]0[.]0[.]1:{port} cannot be reached"):
        await StompTransport(f"jms+stomp://127.0.0.1:{port}").__aenter__()


async def test_no_answer(activemq):
    async with FaultProxy(activemq.port) as way:
        with way.stalled(), pytest.raises(ConnectError, match="does not answer"):
            await StompTransport(activemq.url(port=way.port, connect_timeout=0.3)).__aenter__()


@contextlib.asynccontextmanager
async def answering(answer):
    """Something that answers to whatever it is told; yields its URL and the frames that it read."""
    heard = []

    async def serve(client):
        scanner = Scanner()
        async with client:
            with contextlib.suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                while True:
                    heard.extend(scanner.feed(await client.receive()))
                    await client.send(answer)

    async with (
        await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0) as listener,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(listener.serve, serve)
        yield f"jms+stomp://127.0.0.1:{listener.extra(SocketAttribute.local_port)}/", heard
        tasks.cancel_scope.cancel()


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


async def test_a_broker_that_we_do_not_know_can_be_named():
    """Then naming and traits are known before we have connected."""
    answer = b"CONNECTED\nversion:1.2\nserver:Other/1\n\n\0"
    async with answering(answer) as (url, heard):
        transport = StompTransport(url + "?dialect=artemis&connect_timeout=5")
        assert transport.naming.template == "{CONTEXT}.{KIND}.{noun}.{verb}"
        with anyio.move_on_after(0.5):
            async with transport:
                assert transport.ready
    assert heard[0].command == "CONNECT"


async def test_the_naming_is_the_brokers(activemq, artemis):
    """Before we have connected it is ActiveMQ Classic's."""
    for broker, template in ((activemq, "VirtualTopic."), (artemis, "{CONTEXT}")):
        transport = StompTransport(broker.url())
        assert transport.naming.template.startswith("VirtualTopic.")
        async with transport:
            assert transport.naming.template.startswith(template)


async def test_groups_need_virtual_topics(activemq):
    """The traits say so, and asking for one is refused; everything else works with any template."""
    ours = context()
    template = "{CONTEXT}.{KIND}.{noun}.{verb}"
    async with StompTransport(activemq.url(template=template)) as transport:
        assert not transport.traits.groups
        assert not transport.traits.durable
        for durable in (False, True):
            with pytest.raises(UnsupportedError, match="VirtualTopic"):
                async with transport.listen(intake(ours, "g", durable=durable)):
                    pass
        async with transport.listen(intake(ours)) as inbox:
            await sent(transport, frames(ours, 1))
            assert bodies(await got(inbox, 1)) == [b"0"]


async def test_a_selector_that_is_none_is_refused(activemq, artemis):
    for broker in (activemq, artemis):
        async with StompTransport(broker.url(selector="= nonsense (")) as transport:
            with pytest.raises(ConnectError, match="refuses SUBSCRIBE"):
                async with transport.listen(intake(context())):
                    pass
            assert transport.ready


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("jms+stomp://h/?qos=1", "unknown option 'qos'; there are ca, cert, connect_timeout, dialect, heartbeat"),
        ("jms+stomp://h/?priority=10", "priority"),
        ("jms+stomp://h/?dialect=rabbitmq", "dialect"),
        ("jms+stomp://h/?template={nonsense}", "template"),
        ("jms+stomp://h/queue", "path"),
        ("jms+stomp://h/?ca=x", "jms[+]stomps"),
        ("jms+stomps://h/?ca=/does/not/exist", "ca"),
        ("jms+mqtt://h/", "jms[+]stomp"),
    ],
)
def test_urls(url, text):
    with pytest.raises(UsageError, match=text):
        StompTransport.from_url(url)
