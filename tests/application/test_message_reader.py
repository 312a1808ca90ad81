"""One guard where a delivery becomes a message."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing

import anyio
import pytest

from cimbus import Bus, CimbusError, Component, DeadLetters, Delivery, Frame, Message, Outcome, Topic
from cimbus.application import message_reader
from cimbus.application.marshal import pack, unpack
from cimbus.application.message_reader import MessageReader
from cimbus.nouns import EndDeviceEvents

from .support import LIMIT, event, frame, mrid_of, until

pytestmark = pytest.mark.anyio
TOPIC = Topic("production", "events", "EndDeviceEvents", "created", "UP-1")


def delivered(body_or_frame):
    found = body_or_frame if isinstance(body_or_frame, Frame) else frame(body_or_frame)
    return Delivery(found, lambda *_: None)


@pytest.mark.parametrize(
    "key",
    ["\ud800", "a\x00b", "line\nERROR: forged \x1b[31m", "k" * 100_000],
    ids=["surrogate", "NUL", "control", "long"],
)
async def test_what_surrounds_a_body_that_cannot_be_read_is_kept(key, tmp_path, caplog):
    letters = DeadLetters(tmp_path / "letters.db")
    strange = Frame(
        topic=Topic("production", "events", "N", "created", key),
        body=b"\xff\x00no message",
        properties={"Key": key, key[:10]: "v"},
        address=f"queue:{key}",
    )
    delivery = delivered(strange)

    assert await MessageReader("OMS", letters).read(delivery) is None

    (letter,) = await letters.letters()
    assert letter.frame == strange
    assert delivery.outcome is Outcome.REJECTED
    assert not any("\n" in record.getMessage() or "\x1b" in record.getMessage() for record in caplog.records)
    assert max(len(record.getMessage()) for record in caplog.records) < 10_000


async def test_an_exception_that_is_no_decode_error_is_a_dead_letter_too():
    def broken(*_, **__):
        raise ZeroDivisionError("a defect")

    letters = DeadLetters()

    assert await MessageReader("OMS", letters, unpack=broken).read(delivered(b"<x/>")) is None

    (letter,) = await letters.letters()
    assert letter.reason == "ZeroDivisionError: a defect"


async def test_what_a_transport_could_not_read_as_a_whole_is_a_dead_letter():
    letters, delivery = DeadLetters(), delivered(pack(Message.of(event()), TOPIC))
    delivery.defect = "a body of 9 octets; the limit is 1 (?max_body=)"

    assert await MessageReader("OMS", letters).read(delivery) is None

    (letter,) = await letters.letters()
    assert (letter.reason, letter.frame) == (delivery.defect, delivery.value)
    assert delivery.outcome is Outcome.REJECTED


async def test_a_letter_waits_for_its_disk(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(message_reader.Backoff, "pause", lambda self: 0.01)
    letters = DeadLetters(tmp_path / "folder" / "letters.db")
    (tmp_path / "folder").write_text("a file where the folder should be")
    reader, delivery = MessageReader("OMS", letters), delivered(b"no message")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(reader.read, delivery)
        with anyio.fail_after(LIMIT):
            await until(lambda: reader.waiting)
            assert delivery.outcome is None
            assert "the dead-letter store" in reader.waiting
            (tmp_path / "folder").unlink()
            await until(lambda: delivery.outcome)

    assert delivery.outcome is Outcome.REJECTED
    assert reader.waiting == ""
    assert caplog.text.count("a dead letter cannot be written") == 1


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"noun": "EndDeviceControls"}, "the noun is 'EndDeviceEvents', the topic's is 'EndDeviceControls'"),
        ({"verb": "deleted"}, "the verb is 'created', the topic's is 'deleted'"),
        ({"context": "test"}, "the context is 'production', the topic's is 'test'"),
    ],
)
@pytest.mark.parametrize("check", ["note", "topic"])
async def test_a_header_that_differs_from_its_topic_is_noted_or_refused(change, difference, check):
    message = Message.of(event(), context="production")
    levels = {"context": "production", "kind": "events", "noun": "EndDeviceEvents", "verb": "created"} | change
    letters = DeadLetters()

    read = await MessageReader("OMS", letters, check=check).read(delivered(pack(message, Topic(**levels))))

    if check == "note":
        assert [str(note) for note in read.notes] == [f"Header: {difference}"]
        assert read == message
    else:
        (letter,) = await letters.letters()
        assert difference in letter.reason


async def test_the_source_is_compared_with_its_property():
    packed = pack(Message.of(event(), source="SCADA"), TOPIC)
    forged = Frame(topic=TOPIC, body=packed.body, properties={**packed.properties, "Source": "HES"})

    async with Bus("memory:", strict=True) as bus, bus.subscribe(EndDeviceEvents) as events:
        await bus.transport.send([forged, pack(Message.of(event("good"), source="HES"), TOPIC)])
        with anyio.fail_after(LIMIT):
            async with await events.receive() as message:
                assert mrid_of(message) == "good"
        (letter,) = await bus.dead_letters.letters()
    assert "the source is 'SCADA', the property's is 'HES'" in letter.reason


async def test_files_are_their_owners_alone(tmp_path):
    path = tmp_path / "new" / "letters.db"

    await DeadLetters(path).check()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_the_oldest_letter_is_removed_where_there_are_too_many(tmp_path, caplog):
    letters = DeadLetters(tmp_path / "letters.db", max_letters=3)
    reader = MessageReader("OMS", letters)

    for number in range(5):
        await reader.read(delivered(b"%d" % number))

    assert [letter.frame.body for letter in await letters.letters()] == [b"2", b"3", b"4"]
    assert "is full: the oldest 1 of 3 letters removed" in caplog.text
    with closing(sqlite3.connect(tmp_path / "letters.db")) as db:
        assert db.execute("select count(*) from cimbus_dead_letter").fetchone() == (3,)


async def test_a_store_that_cannot_be_written_is_an_error_at_the_start(tmp_path):
    (tmp_path / "file").write_text("")
    app = Component("OMS")
    app.on(EndDeviceEvents)(print)

    async with Bus("memory:", dead_letters=str(tmp_path / "file" / "letters.db")) as bus:
        with pytest.raises(CimbusError, match="the dead-letter store"):
            await app.run(bus)
        with pytest.raises(CimbusError, match="the dead-letter store"):
            async with bus.subscribe(EndDeviceEvents):
                raise AssertionError


@pytest.mark.parametrize("count", [1, 2_000], ids=["small", "large"])
async def test_a_large_document_is_decoded_in_a_thread(count):
    threads = []

    def noted(frame):
        threads.append(threading.get_ident())
        return unpack(frame)

    payload = EndDeviceEvents(EndDeviceEvent=event().EndDeviceEvent * count)

    message = await MessageReader("OMS", DeadLetters(), unpack=noted).read(delivered(pack(Message.of(payload), TOPIC)))

    assert message.payload == payload
    assert (threads == [threading.get_ident()]) == (count == 1)
