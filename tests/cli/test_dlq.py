"""Dead letters at the command line: filters, editing, files, removal, and handling again."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from .conftest import EVENT, started

FAILING = '''
"""An application that fails until a file is there."""

import pathlib

from cimbus import Component, Retry
from cimbus.nouns import EndDeviceEvents

app = Component("APP", retry=Retry(attempts=2, initial_delay=0.01))


@app.on(EndDeviceEvents)
async def event(message):
    if not pathlib.Path("mended").exists():
        raise LookupError("no such meter")
    print("handled", message.payload.EndDeviceEvent[0].mRID, flush=True)
'''


@pytest.fixture
def failed(cimbus, bus, files, tmp_path):
    """Two messages that an application could not handle."""
    (tmp_path / "application.py").write_text(FAILING)
    with started("run", "application:app", "--bus", bus, cwd=tmp_path) as running:
        running.until("running APP")
        for number in (1, 2):
            assert cimbus("publish", files("a.xml", EVENT.format(id=f"m-{number}")), "--bus", bus)[0] == 0
            running.until(f"became dead letter {number}")
    return bus


def test_a_letter_is_handled_again_by_the_application_that_failed(cimbus, failed, tmp_path):
    (tmp_path / "mended").touch()
    code, out, err = cimbus("dlq", "replay", 1, "--bus", failed, "--timeout", 0.5)
    assert (code, out) == (1, "")
    assert "1 kept: APP.EndDeviceEvents does not run with" in err

    with started("run", "application:app", "--bus", failed, cwd=tmp_path) as running:
        running.until("running APP")
        code, out, _ = cimbus("dlq", "replay", 1, "--bus", failed)
        assert (code, out) == (0, "1 handled by APP.EndDeviceEvents\n")
        assert running.process.stdout.readline().startswith("handled ")
        (tmp_path / "mended").unlink()
        code, out, err = cimbus("dlq", "replay", "--all", "--bus", failed, "--json")
    assert code == 1
    assert json.loads(out) == {"id": 2, "result": "failed", "detail": "again: LookupError: no such meter"}
    (letter,) = [json.loads(line) for line in cimbus("dlq", "list", "--bus", failed, "--json")[1].splitlines()]
    assert (letter["attempts"], letter["state"]) == (4, "kept")
    assert [error["error"] for error in letter["errors"]] == ["LookupError: no such meter"] * 4


def test_letters_are_filtered(cimbus, failed, tmp_path):
    def ids(*options):
        code, out, _ = cimbus("dlq", "list", "--bus", failed, "--json", *options)
        assert code == 0
        return [json.loads(line)["id"] for line in out.splitlines()]

    with closing(sqlite3.connect(tmp_path / "bus.db.dead-letters")) as db, db:
        db.execute("update cimbus_dead_letter set time = '2026-01-01T00:00:00.000000+00:00' where id = 1")
    assert ids() == [1, 2]
    assert ids("--consumer", "APP.EndDeviceEvents", "--noun", "EndDeviceEvents", "--error", "METER") == [1, 2]
    assert ids("--noun", "MeterReadings") == []
    assert ids("--older-than", "7d") == [1]
    assert ids("--key", "UP-1") == [1, 2]
    assert cimbus("dlq", "list", "--bus", failed, "--older-than", "soon")[0] == 2
    code, out, _ = cimbus("dlq", "purge", "--older-than", "7d", "--bus", failed)
    assert (code, out) == (0, "1 removed\n")
    assert ids() == [2]
    assert cimbus("dlq", "purge", "--bus", failed)[0] == 2
    assert cimbus("dlq", "purge", "--all", "--noun", "X", "--bus", failed)[0] == 2


def test_a_letter_is_edited_exported_and_dropped(cimbus, failed, files, tmp_path):
    new = files("new.xml", EVENT.format(id="m-new"))
    assert cimbus("dlq", "edit", 1, new, "--bus", failed)[0] == 0
    assert "m-new" in cimbus("dlq", "show", 1, "--raw", "--bus", failed)[1]
    assert "m-1" in cimbus("dlq", "show", 1, "--original", "--bus", failed)[1]
    code, out, err = cimbus("dlq", "edit", 2, files("bad.xml", "<a"), "--bus", failed)
    assert code == 0
    assert "the new body is no message" in err
    code, out, _ = cimbus("dlq", "show", 1, "--bus", failed)
    assert "edited: " in out
    assert "attempt 1: " in out

    code, out, _ = cimbus("dlq", "export", tmp_path / "letters", "--bus", failed, "--json")
    assert code == 0
    assert [json.loads(line)["file"] for line in out.splitlines()] == [
        str(tmp_path / "letters" / name) for name in ("1.xml", "2.xml")
    ]
    assert "m-new" in (tmp_path / "letters" / "1.xml").read_text()
    assert (tmp_path / "letters" / "1.xml").stat().st_mode & 0o777 == 0o600
    code, out, _ = cimbus("dlq", "export", 2, tmp_path / "one", "--bus", failed)
    assert [file.name for file in (tmp_path / "one").iterdir()] == ["2.xml"]

    code, out, err = cimbus("dlq", "drop", 1, 9, "--bus", failed)
    assert (code, out) == (1, "1 removed\n")
    assert "no dead letter 9" in err
    assert len(cimbus("dlq", "list", "--bus", failed, "--json")[1].splitlines()) == 1


def test_letters_on_the_bus_are_listed_dropped_and_handled_again(cimbus, bus, files, tmp_path, monkeypatch):
    monkeypatch.setenv("CIMBUS_DEAD_LETTERS", "bus")
    (tmp_path / "application.py").write_text(FAILING)
    with started("run", "application:app", "--bus", bus, cwd=tmp_path) as running:
        running.until("running APP")
        for number in (1, 2):
            assert cimbus("publish", files("a.xml", EVENT.format(id=f"m-{number}")), "--bus", bus)[0] == 0
            running.until("became dead letter")
        monkeypatch.delenv("CIMBUS_DEAD_LETTERS")
        on_bus = ("--bus", bus, "--store", "bus")
        first, second = [json.loads(line) for line in cimbus("dlq", "list", *on_bus, "--json")[1].splitlines()]
        assert first["reason"] == "LookupError: no such meter"
        assert cimbus("dlq", "drop", first["id"], *on_bus)[:2] == (0, f"{first['id']} removed\n")
        (tmp_path / "mended").touch()
        code, out, _ = cimbus("dlq", "replay", second["id"], *on_bus)
        assert (code, out) == (0, f"{second['id']} sent to APP.EndDeviceEvents, which handles it when it runs\n")
        assert running.process.stdout.readline().startswith("handled ")
    code, out, err = cimbus("dlq", "list", *on_bus)
    assert (code, out) == (0, "")
    assert "no dead letters in the bus" in err
