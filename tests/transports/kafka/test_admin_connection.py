"""A connection that is not possible is an error at once, which names the remedy and shows no password."""

from __future__ import annotations

import gc

import anyio
import pytest
from aiokafka.errors import RequestTimedOutError

from cimbus.errors import ConnectError, SendError
from cimbus.testing.brokers.ports import free_port
from cimbus_kafka import KafkaTransport
from cimbus_kafka.aiokafka_types import error_of

from . import support

PASSWORD = "s3cr3t / ü"
pytestmark = [
    pytest.mark.broker,
    # aiokafka leaves a TLS connection on which it was refused to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def _collected():
    """Have what aiokafka leaves to the garbage collector reported here, where it is expected."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, certificates):
    from cimbus.testing.brokers import KafkaBroker
    from cimbus.testing.brokers.fixtures import needed

    needed("kafka")
    folder = tmp_path_factory.mktemp("kafka")
    with KafkaBroker(folder, certificates=certificates, users={"ana": PASSWORD}, properties=AUTHORIZED) as found:
        yield found


AUTHORIZED = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
    "allow.everyone.if.no.acl.found": "false",
}
"""Users with a password are not authorized for anything."""


@pytest.mark.anyio
async def test_an_address_without_a_broker_is_an_error_soon():
    with anyio.fail_after(60), pytest.raises(ConnectError, match="cannot be reached"):
        async with KafkaTransport.from_url(f"kafka://127.0.0.1:{free_port()}"):
            pass


@pytest.mark.anyio
async def test_a_server_that_is_silent_is_an_error_in_time():
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        with anyio.fail_after(60), pytest.raises(ConnectError, match="does not answer within"):
            async with KafkaTransport.from_url(f"kafka://127.0.0.1:{port}/?connect_timeout=0.5"):
                pass


@pytest.mark.anyio
@pytest.mark.parametrize("user", ["ana", "unknown"])
async def test_a_wrong_password_is_an_error_without_it(guarded, user):
    with pytest.raises(ConnectError, match="refuses the user") as caught:
        async with support.transport_as(guarded, user, "wr0ng"):
            pass
    assert "wr0ng" not in str(caught.value)
    assert "wr0ng" not in repr(support.transport_as(guarded, user, "wr0ng"))


@pytest.mark.anyio
async def test_a_mechanism_that_is_not_taken_is_named(guarded):
    with pytest.raises(ConnectError, match="mechanism"):
        async with support.transport_as(guarded, "ana", PASSWORD, mechanism="SCRAM-SHA-256"):
            pass


@pytest.mark.anyio
async def test_an_unknown_certificate_is_not_trusted(guarded):
    with pytest.raises(ConnectError, match="certificate"):
        async with support.transport_as(guarded, "ana", PASSWORD, ca=""):
            pass


@pytest.mark.anyio
async def test_what_is_not_authorized_is_an_error(guarded):
    """Neither sending, which would make a topic, nor listening is allowed."""
    where = support.context()
    async with support.transport_as(guarded, "ana", PASSWORD) as transport:
        (error,) = await transport.send([support.frame(where, b"x")])
        assert isinstance(error, SendError)
        assert "may not make it" in str(error)
        with pytest.raises(ConnectError, match=support.topic(where)):
            async with transport.listen(support.spec(where)):
                pass


@pytest.mark.anyio
async def test_a_mute_broker_is_not_ready_after_the_first_request_without_a_response(new_kafka):
    """Our own timeout is no response of the broker, although aiokafka has one class for both."""
    broker = new_kafka()
    async with support.transport(broker, timeout=1, connect_timeout=1) as transport:
        metadata = transport._side.metadata

        async def ask() -> None:
            with pytest.raises(RequestTimedOutError):
                await metadata.connection.ask_once(lambda admin: admin.find_coordinator("cimbus"))
            assert not metadata.ready

        assert transport.ready
        broker.pause()
        try:
            await support.over(transport, ask)
        finally:
            broker.resume()
        with anyio.fail_after(60):
            await support.until(lambda: transport.ready)


@pytest.mark.anyio
async def test_a_broker_that_reports_a_timeout_of_its_own_is_ready(kafka):
    async with support.transport(kafka) as transport:

        async def report(_admin) -> None:
            raise error_of(RequestTimedOutError.errno)

        async def ask() -> None:
            with pytest.raises(RequestTimedOutError):
                await transport._side.metadata.connection.ask_once(report)

        await support.over(transport, ask)

        assert transport.ready
