"""The store of dead letters: kept with bytes and reason, in a file that belongs to the bus."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cimbus import Bus, DeadLetter, DeadLetters
from cimbus.errors import CimbusError

from .support import frame

pytestmark = pytest.mark.anyio


def letter(body=b"\x00\xff", **changes):
    what = {"reason": "why", "attempts": 3, "consumer": "APP.h", "frame": frame(body, key="ü/1", Any="thing")}
    return DeadLetter(time=datetime(2026, 3, 1, 12, tzinfo=UTC), **what | changes)


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
