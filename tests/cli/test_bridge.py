"""``cimbus bridge`` between two buses, as a process."""

from __future__ import annotations

import json
import signal

import pytest

from .conftest import EVENT, REQUEST, UNKNOWN, started
from .test_bus import COMPONENT


@pytest.fixture
def other(tmp_path):
    return f"sqlite://{tmp_path / 'other.db'}"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_what_is_published_here_is_heard_there(cimbus, files, bus, other, backend, tmp_path):
    with started("listen", "--bus", other, "--count", 2, "--timeout", 60, "--json") as listener:
        listener.until("listening")
        with started("bridge", bus, other, "--noun", "EndDeviceEvents", "--backend", backend, "--json") as bridge:
            bridge.until("bridging")
            for number in range(2):
                assert cimbus("publish", files("e.xml", EVENT.format(id=number)), "--bus", bus)[0] == 0
                assert cimbus("publish", files("k.xml", UNKNOWN), "--bus", bus)[0] == 0
            code, out, _ = listener.result()
            bridge.process.send_signal(signal.SIGTERM)
            assert bridge.process.wait(20) == 0
            report = json.loads(bridge.process.stdout.read().splitlines()[-1])
    assert code == 0
    assert ["EndDeviceEvents" in json.loads(line)["topic"] for line in out.splitlines()] == [True, True]
    assert report["sent"] == 2
    assert {"received", "rate", "seconds", "looped", "duplicates", "dead_lettered", "replies"} <= set(report)


def test_a_request_is_answered_over_it(cimbus, files, bus, other, tmp_path):
    (tmp_path / "bridged_app.py").write_text(COMPONENT)
    with (
        started("run", "bridged_app:app", "--bus", other, cwd=tmp_path) as running,
        started("bridge", bus, other, "--every", 0.05) as bridge,
    ):
        running.until("running")
        bridge.until("bridging")
        code, out, err = cimbus("request", files("r.xml", REQUEST.format(meter="M-7")), "--bus", bus, "--timeout", 60)
    assert code == 0, err
    assert "M-7" in out


def test_it_stops_after_so_many_and_shows_no_password(cimbus, files, bus, other):
    with started("bridge", bus, other, "--count", 1, "--map", "test/{kind}/{noun}/{verb}") as bridge:
        bridge.until("bridging")
        assert cimbus("publish", files("e.xml", EVENT.format(id=1)), "--bus", bus)[0] == 0
        code, out, _ = bridge.result()
    assert code == 0
    assert out.startswith("received=1 sent=1 replies=0 duplicates=0 looped=0 dead_lettered=0 expired=0 at ")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("{bus}", "{bus}"), "both ends"),
        (("memory:", "{bus}"), "inside one process"),
        (("{bus}", "{other}", "--map", "nonsense"), "levels context/kind/noun/verb/key"),
        (("{bus}",), "TO"),
    ],
)
def test_wrong_use_is_explained(cimbus, bus, other, arguments, text):
    code, _, err = cimbus("bridge", *(word.format(bus=bus, other=other) for word in arguments))
    assert code == 2
    assert text in err


def test_its_log_and_its_remarks_are_json_where_that_is_wanted(bus, other):
    with started("bridge", bus, other, "--log-format", "json") as bridge:
        said = json.loads(bridge.until("bridging"))
        bridge.process.send_signal(signal.SIGTERM)
        code, _, err = bridge.result()
    assert code == 0
    assert said["message"].startswith("bridging sqlite:")
    assert all(json.loads(line) for line in err.splitlines())
