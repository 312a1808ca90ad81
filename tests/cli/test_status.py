"""``cimbus status``: what the components on a bus say of themselves."""

from __future__ import annotations

import json
import signal

import pytest

from .conftest import EVENT, started

APPLICATION = """
from cimbus import Component, Retry
from cimbus.nouns import EndDeviceEvents

app = Component("APP", retry=Retry(attempts=1))

@app.on(EndDeviceEvents, name="event")
async def event(message):
    raise LookupError("no such meter")
"""


@pytest.fixture
def running(cimbus, files, tmp_path, bus):
    """An application that has failed once."""
    (tmp_path / "application.py").write_text(APPLICATION)
    with started("run", "application:app", "--bus", bus, "--report-every", 0, cwd=tmp_path) as application:
        application.until("running APP")
        assert cimbus("publish", files("a.xml", EVENT.format(id="m-1")), "--bus", bus)[0] == 0
        application.until("became dead letter 1")
        yield application
        application.process.send_signal(signal.SIGTERM)
        assert application.result()[0] == 0


def test_components_are_asked_and_shown(cimbus, running, bus):
    code, out, _ = cimbus("status", bus, "--once", "--wait", 60, "--count", 1)
    assert code == 0
    name, place, status, _, handled, _, failed, flight, backlog, error = out.rstrip("\n").split("\t")
    assert (name, status, handled, failed, flight, backlog) == ("APP", "ready", "0", "1", "0", "")
    assert place.endswith(f":{running.process.pid}")
    assert error == "LookupError"


def test_json_has_the_whole_report(cimbus, running, bus):
    code, out, _ = cimbus("status", bus, "--json", "--wait", 60, "--count", 1, "--component", "APP")
    assert code == 0
    report = json.loads(out)
    assert (report["name"], report["statusKind"], report["intervalSeconds"]) == ("APP", "ready", 0.0)
    assert report["Handler"][0]["failed"] == 1
    assert report["Error"][0]["messageID"] == "m-1"


def test_no_answer_is_a_failure(cimbus, bus):
    code, out, err = cimbus("status", bus, "--wait", 0.1)
    assert (code, out) == (1, "")
    assert "they report with report_every=SECONDS" in err


def test_the_table_fits_80_columns(monkeypatch):
    from datetime import UTC, datetime

    from rich.console import Console

    from cimbus.cli.status import StatusBoard, _made
    from cimbus.nouns import ComponentReport, HandlerReport

    board = StatusBoard()
    handler = HandlerReport(name="event", handled=1_234_567, failed=12, inFlight=256)
    report = ComponentReport(
        mRID="TICKETS@host-17:4711",
        name="TICKETS",
        statusKind="ready",
        host="host-17",
        processID=4711,
        startDateTime=datetime.now(UTC),
        Handler=[handler],
    )
    board.add(report)
    console = Console(width=80, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(_made(board))
    lines = console.export_text().splitlines()
    console.file.close()

    assert max(map(len, lines)) <= 80
    assert any("1234567" in line for line in lines)
    board.round += 3
    assert board.rows(datetime.now(UTC))[0][2] == "silent"
