"""A bus with an outbox: it opens and publishes without its middleware, and sends when that is there."""

from __future__ import annotations

import logging

import anyio
import pytest

from cimbus import Bus, Component, ConnectError, Outbox, ReplyTimeoutError
from cimbus.application import connection
from cimbus.application.dead_letters import DeadLetters
from cimbus.errors import ClosedError, SendError
from cimbus.middleware.memory import MemoryTransport
from cimbus.nouns import EndDeviceEvents, GetMeterReadings

from .support import event, mrid_of, query, readings

pytestmark = pytest.mark.anyio

AWAY = "mqtt://127.0.0.1:1?connect_timeout=1"
LIMIT = 60


async def test_publish_returns_when_the_message_is_on_disk_and_it_is_sent_later(tmp_path):
    url, file = f"sqlite:///{tmp_path}/bus.db", tmp_path / "outbox.db"
    async with Bus(url) as bus:
        await bus.ensure_subscription(EndDeviceEvents, group="OMS")
    with anyio.fail_after(LIMIT):
        async with Bus(AWAY, outbox=file, source="HES") as bus:
            first = await bus.publish(event("1"))
            results = await bus.publish_many([event("2"), event("3")])
            assert not bus.ready
            assert await bus.outbox.backlog() == 3
        async with Bus(url, outbox=file, source="HES") as bus:
            last = await bus.publish(event("4"))
        # closing waited, since the messages could be sent
        async with Bus(url) as bus, bus.subscribe(EndDeviceEvents, group="OMS", durable=True) as events:
            received = []
            for _ in range(4):
                async with await events.receive() as message:
                    received.append(message)
    assert [mrid_of(message) for message in received] == ["1", "2", "3", "4"]
    assert [message.header.message_id for message in received] == [
        sent.header.message_id for sent in (first, results[0].message, results[1].message, last)
    ]


async def test_without_an_outbox_the_middleware_has_to_be_there():
    with pytest.raises(ConnectError):
        async with Bus(AWAY):
            raise AssertionError


async def test_requests_and_replies_do_not_go_through_the_outbox(tmp_path):
    app = Component("MDM")

    @app.answers(GetMeterReadings)
    async def read(request):
        return readings()

    with anyio.fail_after(LIMIT):
        async with (
            Bus("memory:outbox-requests", outbox=tmp_path / "outbox.db") as bus,
            anyio.create_task_group() as tasks,
        ):
            await tasks.start(app.run, bus)
            reply = await bus.request(query())
            assert bus.outbox.forwarded == 0
            app.stop()
    assert reply.result == "OK"


class Refusing(MemoryTransport):
    """A bus in memory that refuses everything."""

    async def send(self, frames):
        return [SendError("not authorised")] * len(frames)


async def test_what_the_middleware_refuses_becomes_a_dead_letter(tmp_path, caplog):
    letters = DeadLetters(tmp_path / "letters.db")
    with anyio.fail_after(LIMIT):
        async with Bus(Refusing("refusing"), outbox=tmp_path / "outbox.db", dead_letters=letters) as bus:
            sent = await bus.publish(event("1"))
            await bus.outbox.flush()
            assert bus.outbox.rejected == 1
        (letter,) = await letters.letters()
    assert (letter.consumer, letter.reason) == ("outbox", "not authorised")
    assert letter.frame.properties["MessageID"] == sent.header.message_id
    assert "became dead letter 1" in caplog.text


async def test_what_cannot_be_sent_stays_when_the_bus_is_closed(tmp_path, monkeypatch):
    monkeypatch.setattr(connection, "FLUSH_TIMEOUT", 0.1)

    class Slow(MemoryTransport):
        async def send(self, frames):
            await anyio.sleep_forever()

    outbox = Outbox(tmp_path / "outbox.db")
    with anyio.fail_after(LIMIT):
        async with Bus(Slow("slow"), outbox=outbox) as bus:
            await bus.publish(event("1"))
        async with Bus(AWAY, outbox=outbox):
            assert await outbox.backlog() == 1


async def test_the_options_of_an_outbox(tmp_path):
    bus = Bus("memory:", outbox=tmp_path / "o.db", outbox_max_bytes=1_000, outbox_max_age=60, outbox_full="drop_oldest")
    assert repr(bus.outbox) == f"Outbox({str(tmp_path / 'o.db')!r})"
    with pytest.raises(ValueError, match="outbox_max_bytes are for an outbox that is given as a file; give it a file"):
        Bus("memory:", outbox_max_bytes=1)
    with pytest.raises(ValueError, match="they are arguments of Outbox"):
        Bus("memory:", outbox=Outbox(tmp_path / "o.db"), outbox_full="refuse")
    with pytest.raises(ClosedError):
        await bus.publish(event())


async def test_a_link_that_does_not_come_is_reported_now_and_then(tmp_path, caplog):
    with caplog.at_level(logging.WARNING, "cimbus"), anyio.fail_after(LIMIT):
        async with Bus(AWAY, outbox=tmp_path / "outbox.db") as bus:
            await bus.publish(event())
            while "not connected yet" not in caplog.text:  # noqa: ASYNC110  # it is a log line
                await anyio.sleep(0.02)
    assert caplog.text.count("not connected yet") == 1


async def test_a_request_without_a_connection_times_out_and_the_next_one_works(tmp_path):
    class Late(MemoryTransport):
        there = False

        async def __aenter__(self):
            if not self.there:
                raise ConnectError("there is no link")
            return await super().__aenter__()

    late, app = Late("outbox-late"), Component("MDM")

    @app.answers(GetMeterReadings)
    async def read(request):
        return readings()

    with anyio.fail_after(LIMIT):
        async with Bus(late, outbox=tmp_path / "outbox.db") as bus, anyio.create_task_group() as tasks:
            with pytest.raises(ReplyTimeoutError, match=r"no connection in 0\.05 s"):
                await bus.request(query(), timeout=0.05)
            late.there = True
            await tasks.start(app.run, bus)
            assert (await bus.request(query())).result == "OK"
            app.stop()


async def test_a_lazy_bus_opens_without_its_middleware(tmp_path):
    async with Bus(f"sqlite:///{tmp_path}/late/bus.db", lazy=True) as bus:
        assert not bus.ready
        (tmp_path / "late").mkdir()
        with anyio.fail_after(LIMIT):
            await bus.connected()
            await bus.publish(event())
        assert bus.ready
    async with Bus("memory:") as bus:
        await bus.connected()
