"""The store of dead letters: kept with bytes and reason, in a file that belongs to the bus."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from application.support import frame
from cimbus import Bus, DeadLetter, DeadLetters
from cimbus.application.dead_letters import DeadLetterFilter, FailedAttempt
from cimbus.errors import CimbusError

pytestmark = pytest.mark.anyio


def letter(body=b"\x00\xff", **changes):
    what = {
        "time": datetime(2026, 3, 1, 12, tzinfo=UTC),
        "reason": "why",
        "attempts": 3,
        "consumer": "APP.h",
        "frame": frame(body, key="ü/1", Any="thing"),
    }
    return DeadLetter(**what | changes)


@pytest.mark.parametrize("place", ["memory", "file"])
async def test_letters_are_kept_as_they_were(place, tmp_path):
    store = DeadLetters() if place == "memory" else DeadLetters(tmp_path / "deep" / "letters.db")
    first, second = await store.add(letter()), await store.add(letter(b"", reason="other"))
    assert (first, second) == (1, 2)
    kept = await store.letters()
    assert [each.id for each in kept] == [1, 2]
    got = await store.get(1)
    assert got == kept[0]
    assert (got.frame, got.time, got.reason, got.attempts, got.consumer) == (
        letter().frame, letter().time, "why", 3, "APP.h",
    )  # fmt: skip
    await store.remove(1)
    assert await store.get(1) is None
    assert [each.reason for each in await store.letters()] == ["other"]
    store.close()


async def test_a_file_is_there_after_the_bus_is_closed(tmp_path):
    url = f"sqlite://{tmp_path}/bus.db"
    async with Bus(url) as bus:
        await bus.dead_letters.add(letter())
    assert [each.frame.body for each in await DeadLetters.beside(url).letters()] == [b"\x00\xff"]


async def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CimbusError, match="the dead-letter store"):
        await DeadLetters(tmp_path / "file" / "letters.db").add(letter())


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("memory:x", ":memory:"),
        ("sqlite:///var/bus.db", "/var/bus.db.dead-letters"),
        ("sqlite:///var/bus.db?poll=1", "/var/bus.db.dead-letters"),
        ("sqlite:bus.db", "bus.db.dead-letters"),
        ("mqtt://host", "/state/cimbus/dead-letters.db"),
    ],
)
def test_the_store_belongs_to_the_bus(url, path, monkeypatch):
    monkeypatch.delenv("CIMBUS_DEAD_LETTERS", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert DeadLetters.beside(url).path == path


def test_the_environment_names_a_store_for_all(monkeypatch):
    monkeypatch.setenv("CIMBUS_DEAD_LETTERS", "/letters.db")
    assert Path(DeadLetters.beside("memory:").path) == Path("/letters.db")


async def test_letters_are_found_by_what_they_have(tmp_path):
    store, now = DeadLetters(tmp_path / "letters.db"), datetime.now(UTC)
    await store.add(letter(consumer="A", bus="mqtt://one:1883"))
    await store.add(letter(consumer="B", bus="mqtt://two:1883", reason="LookupError: No such Meter"))
    await store.add(letter(frame=frame(b"x", noun="MeterReadings", key="half \ud800"), reason="new", time=now))

    async def ids(**wanted):
        return [each.id for each in await store.letters(DeadLetterFilter(**wanted))]

    assert await ids() == [1, 2, 3]
    assert await ids(consumer="A") == [1]
    assert await ids(bus="mqtt://one:1883") == [1, 3]  # of a bus without a name, too
    assert await ids(error="no such meter") == [2]
    assert await ids(error="100%_") == []
    assert await ids(noun="MeterReadings") == [3]
    assert await ids(key="half \ud800") == [3]
    assert await ids(before=now) == [1, 2]
    assert await store.purge(DeadLetterFilter(before=now, consumer="B")) == 1
    assert await ids() == [1, 3]


async def test_every_error_is_kept_and_an_edited_body_beside_the_one_that_was_delivered():
    errors = tuple(
        FailedAttempt(time=datetime(2026, 3, 1, 12, second, tzinfo=UTC), attempt=second, error=f"\udcff {second}")
        for second in (1, 2)
    )
    store = DeadLetters()
    number = await store.add(letter(errors=errors, original=None))
    assert (await store.get(number)).errors == errors
    await store.edit(number, b"first")
    await store.edit(number, b"second")
    edited = await store.get(number)
    assert (edited.frame.body, edited.original) == (b"second", letter().frame.body)
    store.close()


async def test_old_letters_are_removed_where_that_is_wanted(caplog):
    store = DeadLetters(keep=timedelta(days=1))
    await store.add(letter())  # of last spring
    assert len(await store.letters()) == 1
    await store.add(letter(time=datetime.now(UTC), reason="new"))
    assert [each.reason for each in await store.letters()] == ["new"]
    assert "1 letters older than 86400 s removed" in caplog.text
    with pytest.raises(ValueError, match="more than 0"):
        DeadLetters(keep=0)
    store.close()


async def test_a_letter_is_taken_by_its_consumer_on_its_bus_and_once():
    store = DeadLetters()
    mine = await store.add(letter(consumer="A", bus="mqtt://one:1883"))
    other = await store.add(letter(consumer="A", bus="mqtt://two:1883"))
    for number in (mine, other):
        await store.request_replay(number)
    assert await store.take_requested("B", "mqtt://one:1883") == []
    (taken,) = await store.take_requested("A", "mqtt://one:1883")
    assert (taken.id, taken.state) == (mine, "taken")
    assert await store.take_requested("A", "mqtt://one:1883") == []
    assert not await store.withdraw_replay(mine)
    assert await store.withdraw_replay(other)
    assert await store.take_requested("A", "mqtt://two:1883") == []
    await store.release(mine)
    assert (await store.get(mine)).state == "kept"
    store.close()
