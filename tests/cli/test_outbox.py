"""What waits in an outbox, at the command line."""

from __future__ import annotations

import json

import anyio
import pytest
from application.support import event

from cimbus import Bus

AWAY = "mqtt://127.0.0.1:1"


@pytest.fixture
def waiting(tmp_path):
    """An outbox with three events that could not be sent."""

    async def publish() -> None:
        async with Bus(AWAY, outbox=tmp_path / "outbox.db", source="HES") as bus:
            await bus.publish_many([event(str(number)) for number in range(3)])

    anyio.run(publish)
    return tmp_path / "outbox.db"


def test_status(cimbus, waiting):
    code, out, _ = cimbus("outbox", "status", waiting)
    assert code == 0
    assert out.startswith("3 messages, ")
    told = json.loads(cimbus("outbox", "status", waiting, "--json")[1])
    assert (told["messages"], told["file"]) == (3, str(waiting))
    assert 0 <= told["age"] < 60
    assert cimbus("outbox", "status", waiting.with_name("missing.db"))[0] == 2


def test_export_keeps_the_messages(cimbus, waiting, tmp_path):
    code, out, _ = cimbus("outbox", "export", waiting, tmp_path / "out", "--json")
    assert code == 0
    files = [json.loads(line) for line in out.splitlines()]
    assert [file["id"] for file in files] == [1, 2, 3]
    assert files[0]["topic"] == "production/events/EndDeviceEvents/created/UP-1"
    assert "<mRID>0</mRID>" in (tmp_path / "out" / "00000001.xml").read_text().replace("m:", "")
    assert json.loads(cimbus("outbox", "status", waiting, "--json")[1])["messages"] == 3


def test_flush_sends_what_waits(cimbus, waiting, bus):
    code, out, err = cimbus("outbox", "flush", waiting, "--bus", AWAY, "--timeout", 0.2)
    assert (code, out) == (1, "0 sent to mqtt://127.0.0.1:1, 0 refused, 3 left\n")
    assert "not connected yet" in err
    code, out, _ = cimbus("outbox", "flush", waiting, "--bus", bus)
    assert (code, out) == (0, f"3 sent to {bus}, 0 refused, 0 left\n")
    assert cimbus("outbox", "status", waiting)[1] == "0 messages, 0 octets\n"
