"""What cannot be is said at once, with what to do, and without a password."""

from __future__ import annotations

import time

import anyio
import pytest
from brokers.process import free_port

from cimbus.errors import ClosedError, ConnectError, SendError, UsageError
from cimbus_kafka import KafkaTransport, engine

from . import support

PASSWORD = "s3cr3t / ü"
pytestmark = [
    pytest.mark.broker,
    # aiokafka leaves a TLS connection on which it was refused to the collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, certificates):
    from brokers.kafka import Kafka
    from brokers.needs import needed

    needed("kafka")
    folder = tmp_path_factory.mktemp("kafka")
    with Kafka(folder, certificates=certificates, users={"ana": PASSWORD}, properties=AUTHORIZED) as found:
        yield found


AUTHORIZED = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
    "allow.everyone.if.no.acl.found": "false",
}
"""Who has shown a password may still do nothing."""


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("acks=0", "partitions"),  # lists the options
        ("partitions=-1", "partitions"),
        ("compression=brotli", "compression"),
        ("isolation=none", "isolation"),
        ("also=x:y", "also"),
        ("max_message=10", "max_message"),
        ("template={noun}{verb}", "template"),
        ("ca=/x.pem", "kafkas://"),
    ],
)
def test_an_option_that_cannot_be_is_named(query, says):
    with pytest.raises(UsageError, match=says):
        KafkaTransport.from_url(f"kafka://localhost/?{query}")


@pytest.mark.parametrize("where", ["kafka://ana@localhost", "kafka://:pw@localhost", "kafka://localhost/topic"])
def test_a_url_that_says_half_is_refused(where):
    with pytest.raises(UsageError):
        KafkaTransport.from_url(where)


@pytest.mark.parametrize("name", ["snappy", "lz4", "zstd"])
def test_a_compression_whose_library_is_missing_says_so(name):
    from aiokafka import codec

    if getattr(codec, f"has_{name}")():
        pytest.skip("it is installed")
    with pytest.raises(UsageError, match="pip install"):
        KafkaTransport.from_url(f"kafka://localhost/?compression={name}")


@pytest.mark.anyio
async def test_nobody_there_is_an_error_soon():
    began = time.monotonic()
    with pytest.raises(ConnectError, match="cannot be reached"):
        async with KafkaTransport.from_url(f"kafka://127.0.0.1:{free_port()}"):
            pass
    assert time.monotonic() - began < 5


@pytest.mark.anyio
async def test_somebody_who_says_nothing_is_an_error_in_time():
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        began = time.monotonic()
        with pytest.raises(ConnectError, match="does not answer within"):
            async with KafkaTransport.from_url(f"kafka://127.0.0.1:{port}/?connect_timeout=0.5"):
                pass
        assert time.monotonic() - began < 8


@pytest.mark.anyio
@pytest.mark.parametrize("user", ["ana", "nobody"])
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
async def test_a_certificate_of_a_stranger_is_not_trusted(guarded):
    with pytest.raises(ConnectError, match="certificate"):
        async with support.transport_as(guarded, "ana", PASSWORD, ca=""):
            pass


@pytest.mark.anyio
async def test_what_we_may_not_do_is_said(guarded):
    """Neither sending, which would make a topic, nor listening is allowed."""
    where = support.context()
    async with support.transport_as(guarded, "ana", PASSWORD) as transport:
        (error,) = await transport.send([support.frame(where, b"x")])
        assert isinstance(error, SendError)
        assert "may not make it" in str(error)
        with pytest.raises(ConnectError, match=support.topic(where)):
            async with transport.listen(support.intake(where)):
                pass


@pytest.mark.anyio
async def test_a_missing_topic_is_not_made_if_the_options_say_so(kafka):
    where = support.context()
    async with support.transport(kafka, create="false") as transport:
        (error,) = await transport.send([support.frame(where, b"x")])
        assert isinstance(error, SendError)
        assert "create" in str(error)
        async with support.transport(kafka) as other:
            await support.sent(other, [support.frame(where, b"x")])
        await support.sent(transport, [support.frame(where, b"x")])


@pytest.mark.anyio
async def test_an_address_that_is_none_refuses_its_frame_alone(kafka):
    where = support.context()
    good = support.frame(where, b"x")
    bad = [type(good)(topic=good.topic, body=b"", address=address) for address in ("queue:a", "topic:a/b")]
    async with support.transport(kafka) as transport:
        one, two, three = await transport.send([bad[0], good, bad[1]])
    assert isinstance(one, SendError)
    assert two is None
    assert isinstance(three, SendError)


@pytest.mark.anyio
async def test_sending_ends_with_the_transport(new_kafka, monkeypatch):
    """Who waits for a broker that is gone is told when the transport is closed."""
    monkeypatch.setattr(engine, "PATIENCE", 0.5)
    broker = new_kafka()
    where = support.context()
    errors = []

    async def send():
        with pytest.raises(ClosedError) as caught:
            await transport.send([support.frame(where, b"never")])
        errors.append(caught.value)

    async with anyio.create_task_group() as tasks, support.transport(broker) as transport:
        await support.sent(transport, [support.frame(where, b"x")])
        await anyio.to_thread.run_sync(broker.kill)
        tasks.start_soon(send)
        await anyio.wait_all_tasks_blocked()
    assert len(errors) == 1
    assert not transport.ready
