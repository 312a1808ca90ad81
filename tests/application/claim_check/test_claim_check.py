"""Payloads beside the bus: stored before their reference is sent, and read for those that receive it."""

from __future__ import annotations

import re
import time

import anyio
import pytest

from application.support import until
from cimbus import (
    Bus,
    Component,
    DeadLetters,
    Limits,
    Message,
    Pattern,
    SendError,
    SubscriptionSpec,
    UnitOfWork,
    XmlElement,
)
from cimbus.application.claim_check.claim_check import SWEEPS
from cimbus.bridge import Bridge

pytestmark = pytest.mark.anyio

TEXT = "a reading " * 200


def large(text=TEXT, noun="Readings"):
    return XmlElement(noun, "urn:x", text=text)


@pytest.fixture
def options(tmp_path):
    return {"claim_store": tmp_path / "contents", "claim_over": 1_000, "dead_letters": str(tmp_path / "letters.db")}


async def letter_of(options):
    return [letter.reason for letter in await DeadLetters(options["dead_letters"]).letters()]


async def received(subscription):
    with anyio.fail_after(10):
        async with await subscription.receive() as message:
            return message


@pytest.mark.parametrize("written", ["xml", "json"])
async def test_a_large_payload_goes_beside_the_bus_and_arrives_whole(options, tmp_path, written):
    async with (
        Bus("memory:", format=written, source="HES", **options) as bus,
        bus.transport.listen(SubscriptionSpec(patterns=(Pattern(),))) as raw,
        bus.subscribe("Readings") as readings,
    ):
        sent = await bus.publish(large(), verb="created")
        message = await received(readings)
        (delivery,) = await raw.receive()
        await bus.publish(large("small"), verb="created")
        small = await received(readings)

    assert len(delivery.value.body) < 1_000
    assert (message.payload.text, message.header) == (TEXT, sent.header)
    assert small.payload.text == "small"
    assert len(list((tmp_path / "contents").iterdir())) == 1


async def test_several_at_once_are_stored_each(options, tmp_path):
    async with Bus("memory:", **options) as bus, bus.subscribe("Readings") as readings:
        results = await bus.publish_many([large(), large("small"), large(TEXT + "x")], verb="created")
        found = [(await received(readings)).payload.text for _ in range(3)]

    assert [result.error for result in results] == [None] * 3
    assert found == [TEXT, "small", TEXT + "x"]


async def test_requests_replies_and_what_handlers_return_go_beside_the_bus_too(options):
    component = Component("HES")

    @component.answers("Thing", verb="get")
    async def answer(message: Message):
        return large(message.payload.text, "Thing")

    @component.on("Readings")
    async def forward(message: Message):
        return large(message.payload.text, "Copies")

    async with Bus("memory:", **options) as bus, anyio.create_task_group() as tasks:
        await tasks.start(component.run, bus)
        async with bus.subscribe("Copies") as copies:
            reply = await bus.request(large(noun="Thing"), verb="get")
            await bus.publish(large(), verb="created")
            copy = await received(copies)
        component.stop()

    assert (reply.payload.text, copy.payload.text) == (TEXT, TEXT)


async def test_what_is_written_with_a_unit_of_work_or_in_a_transaction_goes_beside_the_bus(options, tmp_path):
    file = tmp_path / "app.db"
    component = Component("OMS", inbox=file)

    @component.on("Readings")
    async def handle(message: Message, work: UnitOfWork):
        work.publish(large(noun="Copies"), verb="created")

    async with (
        Bus(f"sqlite:{tmp_path}/bus.db", outbox=file, **options) as bus,
        anyio.create_task_group() as tasks,
    ):
        await tasks.start(component.run, bus)
        async with bus.subscribe("Copies") as copies:
            await bus.publish(large(), verb="created")
            by_work = await received(copies)
            async with bus.transaction() as transaction:
                await transaction.publish(large(TEXT + "x", "Copies"), verb="created")
            in_transaction = await received(copies)
        component.stop()

    assert (by_work.payload.text, in_transaction.payload.text) == (TEXT, TEXT + "x")


async def test_a_bridge_passes_the_reference_on_and_its_new_header_counts(options, tmp_path):
    source, target = Bus("memory:one", **options), Bus("memory:two", **options)
    async with source, target, anyio.create_task_group() as tasks:
        await tasks.start(Bridge(source, target, map="test/{kind}/{noun}/{verb}/{key}").run)
        async with target.subscribe("Readings", context="test") as readings:
            await source.publish(large(), verb="created")
            message = await received(readings)
        tasks.cancel_scope.cancel()

    assert (message.payload.text, message.header.context) == (TEXT, "test")
    assert len(list((tmp_path / "contents").iterdir())) == 1


async def _spoiled(options, spoil):
    """Publish, spoil what was stored, receive; return why that became a dead letter."""
    async with Bus("memory:", **options) as bus, bus.subscribe("Readings") as readings:
        await bus.publish(large(), verb="created")
        (file,) = options["claim_store"].iterdir()
        spoil(file)
        await bus.publish(large("small"), verb="created")
        assert (await received(readings)).payload.text == "small"
    (reason,) = await letter_of(options)
    return reason


async def test_a_content_that_is_missing_is_a_dead_letter_that_says_so(options):
    reason = await _spoiled(options, lambda file: file.unlink())

    assert re.search(r"DecodeError: the stored content \d+-\w+ is not in FolderStore.*; it was kept until 20", reason)


@pytest.mark.parametrize("change", [lambda body: body[:-1], lambda body: body + b"x", lambda body: b"X" + body[1:]])
async def test_a_content_that_is_altered_is_a_dead_letter_that_says_so(options, change):
    reason = await _spoiled(options, lambda file: file.write_bytes(change(file.read_bytes())))

    assert "is not the one that was sent: its length or SHA-256 differs" in reason


async def test_a_content_above_the_readers_limit_is_not_read(options):
    limits = Limits(max_bytes=1_500)
    async with Bus("memory:", **options, limits=limits) as bus, bus.subscribe("Readings") as readings:
        await bus.publish(large(), verb="created")
        await bus.publish(large("small"), verb="created")
        assert (await received(readings)).payload.text == "small"

    (reason,) = await letter_of(options)
    assert "octets; the limit is 1500" in reason


async def test_a_bus_without_a_store_says_what_is_missing(options, tmp_path):
    url = f"sqlite:{tmp_path}/bus.db"
    async with (
        Bus(url, **options) as sender,
        Bus(url, dead_letters=options["dead_letters"]) as reader,
        reader.subscribe("Readings") as readings,
    ):
        await sender.publish(large(), verb="created")
        await sender.publish(large("small"), verb="created")
        assert (await received(readings)).payload.text == "small"

    (reason,) = await letter_of(options)
    assert "Bus(claim_store=...) or $CIMBUS_CLAIM_STORE" in reason


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "1800000000-" + "g" * 64, ""])
async def test_a_reference_names_nothing_outside_the_store(options, name):
    parts = [XmlElement("Content", "urn:cimbus:claim-check", text=name)]
    parts.append(XmlElement("Length", "urn:cimbus:claim-check", text="10"))
    forged = XmlElement("ClaimCheck", "urn:cimbus:claim-check", children=parts)
    async with Bus("memory:", **options) as bus, bus.subscribe("Readings") as readings:
        await bus.publish(Message.of(forged, noun="Readings", verb="created"))
        await bus.publish(large("small"), verb="created")
        assert (await received(readings)).payload.text == "small"

    (reason,) = await letter_of(options)
    assert "illegal name" in reason


async def test_a_store_that_is_away_makes_messages_wait_and_no_dead_letters(options, tmp_path):
    folder, away = tmp_path / "contents", tmp_path / "away"
    component, seen = Component("OMS"), []

    @component.on("Readings")
    async def handle(message: Message):
        seen.append(message.payload.text)

    async with Bus("memory:", **options) as bus, anyio.create_task_group() as tasks:
        await tasks.start(component.run, bus)
        # stored, and away before it is read
        frames = await bus.publisher.large.stored([bus.publisher.prepared(large(), verb="created")[1]])
        folder.rename(away)
        await bus.transport.send(frames)
        with anyio.fail_after(10):
            await until(lambda: bool(component.waiting))
        waiting = dict(component.waiting)
        away.rename(folder)
        with anyio.fail_after(10):
            await component.counters["Readings"].reach(handled=1)
        component.stop()

    assert "is no folder" in waiting["Readings"]
    assert seen == [TEXT]
    assert await letter_of(options) == []


async def test_what_cannot_be_stored_is_refused_and_not_sent(options, tmp_path):
    (tmp_path / "contents").write_text("a file in the place of the folder")
    async with Bus("memory:", **options) as bus, bus.subscribe("Readings") as readings:
        with pytest.raises(SendError, match="cannot be stored"):
            await bus.publish(large(), verb="created")
        results = await bus.publish_many([large("a"), large(), large("b")], verb="created")
        found = [(await received(readings)).payload.text for _ in range(2)]

    assert [type(result.error) for result in results] == [type(None), SendError, type(None)]
    assert found == ["a", "b"]


async def test_contents_are_removed_when_they_were_kept_long_enough(options, tmp_path, monkeypatch):
    folder = tmp_path / "contents"
    async with Bus("memory:", **options, claim_keep=240) as bus:
        await bus.publish(large(), verb="created")
        (first,) = folder.iterdir()
        (folder / "notes.txt").touch()
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 238)
        await bus.publish(large(), verb="created")
        assert first.exists()
        monkeypatch.setattr(time, "time", lambda: now + 241 + 240 / SWEEPS)
        await bus.publish(large(), verb="created")

    assert not first.exists()
    assert len(list(folder.iterdir())) == 3


async def test_options_without_a_store_are_refused(monkeypatch, tmp_path):
    for wrong in ({"claim_over": 10}, {"claim_keep": 10}):
        with pytest.raises(ValueError, match="claim_store, which is missing"):
            Bus("memory:", **wrong)
    for wrong in ({"claim_over": 0}, {"claim_keep": -1}):
        with pytest.raises(ValueError, match="positive"):
            Bus("memory:", claim_store=tmp_path, **wrong)
    monkeypatch.setenv("CIMBUS_CLAIM_STORE", str(tmp_path))
    Bus("memory:", claim_over=10)
