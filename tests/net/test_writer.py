"""The writing half of a connection, the stream below it, and who may ask for TLS."""

from __future__ import annotations

import ssl

import anyio
import msgspec
import pytest
from anyio.abc import ByteStream, SocketAttribute

from cimbus.errors import ConnectError, UsageError
from cimbus.net import BROKEN, Address, Batch, Writer, open_stream, secure
from cimbus.tasks import background

pytestmark = pytest.mark.anyio


class Sink(ByteStream):
    """Notes each send; waits in it until it may go on."""

    def __init__(self):
        self.sends = []
        self.may = anyio.Event()
        self.may.set()
        self.error = None

    async def send(self, item):
        await self.may.wait()
        if self.error:
            raise self.error
        self.sends.append(item)

    async def receive(self, max_bytes=65536):
        raise NotImplementedError

    async def send_eof(self):
        raise NotImplementedError

    async def aclose(self):
        raise NotImplementedError


async def test_what_many_write_leaves_in_one_send():
    sink = Sink()
    writer = Writer(sink)
    async with background() as tasks:
        tasks.start_soon(writer.run)
        for number in range(100):
            writer.write(b"%d," % number)
        assert await writer.flush()
    assert sink.sends == [b"".join(b"%d," % number for number in range(100))]


async def test_what_is_written_while_one_send_waits_leaves_in_the_next():
    sink = Sink()
    sink.may = anyio.Event()
    writer = Writer(sink)
    async with background() as tasks:
        tasks.start_soon(writer.run)
        writer.write(b"a")
        await anyio.wait_all_tasks_blocked()
        writer.write(b"b")
        writer.write(b"c")
        sink.may.set()
        assert await writer.flush()
    assert sink.sends == [b"a", b"bc"]


async def test_nobody_waits_beyond_the_end():
    writer = Writer(Sink())
    writer.write(b"never")
    results = []

    async def wait():
        results.append(await writer.flush())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        writer.end()
    await writer.run()  # returns
    assert results == [False]


async def test_a_break_is_for_the_task_that_runs():
    sink = Sink()
    sink.error = anyio.BrokenResourceError()
    writer = Writer(sink)
    writer.write(b"x")
    with pytest.raises(BROKEN):
        await writer.run()


async def test_a_stream_is_opened_and_a_closed_port_is_said():
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    port = listener.extra(SocketAttribute.local_port)
    address = Address(scheme="mq", host="127.0.0.1", port=port, user="ana", password="s3cret")
    async with listener, await open_stream(address, None, 5):
        pass
    with pytest.raises(ConnectError, match=f"mq://127.0.0.1:{port} cannot be reached") as caught:
        await open_stream(address, None, 5)
    assert "s3cret" not in str(caught.value)


async def test_who_does_not_speak_tls_is_given_up():
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=0)
    address = Address(scheme="mqs", host="127.0.0.1", port=listener.extra(SocketAttribute.local_port))
    async with listener:
        with pytest.raises(ConnectError, match=r"does not answer within 0\.2 s"):
            await open_stream(address, ssl.create_default_context(), 0.2)


class Options(msgspec.Struct):
    ca: str = ""
    cert: str = ""
    key: str = ""


def test_tls_is_for_the_schemes_that_speak_it():
    plain, safe = (Address(scheme=scheme, host="h", port=1) for scheme in ("mq", "mqs"))
    own = ssl.create_default_context()

    assert secure(plain, Options(), None, {"mqs"}) is None
    assert secure(safe, Options(), own, {"mqs"}) is own
    assert isinstance(secure(safe, Options(), None, {"mqs"}), ssl.SSLContext)
    with pytest.raises(UsageError, match=r"mqs://, not at mq:// .option ca"):
        secure(plain, Options(ca="x"), None, {"mqs"})
    with pytest.raises(UsageError, match="mqs://"):
        secure(plain, Options(), own, {"mqs"})


def test_a_batch_is_done_when_all_its_results_are_there():
    batch, error = Batch(2), ValueError()
    batch.settle(1, error)
    assert not batch.done.is_set()
    batch.settle(0, None)
    assert batch.done.is_set()
    assert batch.results == [None, error]
