"""``cimbus run`` on several buses."""

from __future__ import annotations

import signal

import pytest

from .conftest import EVENT, started

FORWARDING = '''
"""An adapter from one bus to another."""

from cimbus import Component, Message
from cimbus.nouns import EndDeviceEvents

app = Component("APP")


@app.on(EndDeviceEvents, bus="field", publish_to="platform")
async def event(message: Message[EndDeviceEvents]) -> EndDeviceEvents:
    return message.payload
'''


def test_a_component_runs_on_several_buses(cimbus, files, tmp_path):
    (tmp_path / "application.py").write_text(FORWARDING)
    field, platform = f"sqlite:///{tmp_path}/field.db", f"sqlite:///{tmp_path}/platform.db"
    collect = ("--bus", platform, "--group", "TEST", "--durable", "--timeout", 60)
    cimbus("listen", *collect[:-1], 0.1, "--count", 1)
    with started(
        "run", "application:app", "--bus", f"field={field}", "--bus", f"platform={platform}", cwd=tmp_path
    ) as running:
        running.until("running APP on field=sqlite:")
        assert cimbus("publish", files("a.xml", EVENT.format(id="m-1")), "--bus", field)[0] == 0
        code, out, _ = cimbus("listen", *collect, "--count", 1, "--json")
        running.process.send_signal(signal.SIGTERM)
        running.result()
    assert code == 0
    assert "E-1" in out
    assert '"CorrelationID": "m-1"' in out or '"CorrelationID":"m-1"' in out


@pytest.mark.parametrize(
    ("buses", "why"),
    [
        (("sqlite:a.db", "sqlite:b.db"), "needs a name: --bus NAME=sqlite:a.db"),
        (("a=sqlite:a.db", "a=sqlite:b.db"), "two buses are named 'a'"),
        (("a=memory:",), "inside one process"),
        (("field=sqlite:a.db",), "asks for the bus 'platform'; there are field"),
    ],
)
def test_buses_that_cannot_be_told_apart_are_refused(cimbus, tmp_path, monkeypatch, buses, why):
    (tmp_path / "application.py").write_text(FORWARDING)
    options = [word for bus in buses for word in ("--bus", bus)]
    with started("run", "application:app", *options, cwd=tmp_path) as running:
        code, _, err = running.result()
    assert code == 2
    assert why in err
