"""``cimbus audit verify``, and the commands that write a trail."""

from __future__ import annotations

import json
import signal

import pytest

from cimbus import AuditTrail

from .conftest import EVENT, started

FAILING = """
from cimbus import Component, Retry
from cimbus.nouns import EndDeviceEvents

app = Component("APP", retry=Retry(attempts=1))

@app.on(EndDeviceEvents)
async def event(message):
    raise LookupError("no such meter")
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "audit.jsonl"


def write(path, *events):
    trail = AuditTrail(path)
    for event in events:
        trail.write({"event": event})
    trail.close()


def test_a_trail_is_verified(cimbus, path):
    write(path, "a", "b")

    code, out, err = cimbus("audit", "verify", path)

    assert (code, err) == (0, "")
    assert out.startswith("3 lines are as they were written; the hash of the last is ")
    kept = out.split()[-1]
    assert cimbus("audit", "verify", path, "--hash", kept)[0] == 0
    code, _, err = cimbus("audit", "verify", path, "--hash", "0" * 64)
    assert code == 1
    assert "lines were removed, or it is another trail" in err


def test_the_first_line_that_was_changed_is_named(cimbus, path):
    write(path, "a", "b")
    path.write_bytes(path.read_bytes().replace(b'"a"', b'"A"'))

    code, _, err = cimbus("audit", "verify", path)
    as_json = cimbus("audit", "verify", path, "--json")

    assert code == 1
    assert f"{path}, line 2: its hash does not follow" in err
    assert as_json[0] == 1
    found = json.loads(as_json[1])
    assert (found["valid"], found["line"], found["lines"]) == (False, 2, 1)


def test_what_an_application_and_a_person_do_is_one_trail(cimbus, files, path, tmp_path, bus, monkeypatch):
    (tmp_path / "application.py").write_text(FAILING)
    monkeypatch.setenv("CIMBUS_AUDIT", str(path))
    with started("run", "application:app", "--bus", bus, cwd=tmp_path) as running:
        running.until("running APP")
        assert cimbus("publish", files("a.xml", EVENT.format(id="m-1")), "--bus", bus)[0] == 0
        running.until("became dead letter 1")
        assert cimbus("dlq", "edit", 1, files("b.xml", EVENT.format(id="m-1")), "--bus", bus)[0] == 0
        assert cimbus("dlq", "replay", 1, "--bus", bus)[0] == 1  # it fails again
        assert cimbus("dlq", "drop", 1, "--bus", bus)[0] == 0
        running.process.send_signal(signal.SIGTERM)
        assert running.result()[0] == 0

    assert cimbus("audit", "verify", path)[0] == 0
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    about = [line["event"] for line in lines if "letter" in line]
    asked = ["edited", "replay_requested", "removed"]
    assert [event for event in about if event in asked] == asked
    assert about.count("dead_lettered") == 2
    assert about.index("dead_lettered") < about.index("replay_requested") < about.index("replayed")
    assert all("user" in line for line in lines if line["event"] in asked)
