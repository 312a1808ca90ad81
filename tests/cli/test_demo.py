"""``cimbus demo`` tells its story and checks it."""

from __future__ import annotations

import json

import pytest

from .conftest import started

BACKENDS = ("asyncio", "trio")


@pytest.mark.parametrize("backend", BACKENDS)
def test_memory(cimbus, backend):
    code, out, err = cimbus("demo", "--backend", backend)
    assert (code, err) == (0, "")
    assert out.count("  ok  ") == 4
    assert "a Decimal" in out
    assert "a datetime" in out
    assert "LookupError: no usage point UP-4040" in out


@pytest.mark.parametrize("backend", BACKENDS)
def test_sqlite_twice_and_the_letters_stay(cimbus, bus, backend):
    for run in (1, 2):
        code, out, err = cimbus("demo", "--bus", bus, "--backend", backend)
        assert (code, err) == (0, ""), out
        _, listed, _ = cimbus("dlq", "list", "--bus", bus)
        assert len(listed.splitlines()) == run
        assert "demo/events/EndDeviceEvents/created/UP-4040" in listed


def test_two_at_once(cimbus, bus):
    with started("demo", "--bus", bus) as other:
        assert cimbus("demo", "--bus", bus)[0] == 0
        code, out, _ = other.result()
    assert code == 0, out
    assert len(cimbus("dlq", "list", "--bus", bus)[1].splitlines()) == 2


def test_json(cimbus):
    code, out, _ = cimbus("demo", "--json")
    told = [json.loads(text) for text in out.splitlines()]
    assert code == 0
    assert told[-1]["ok"] is True
    assert told[-1]["dead_letter"]["attempts"] == 3


def test_what_did_not_happen_is_said(cimbus, monkeypatch):
    from cimbus.cli.scenario import Scenario

    async def lost(self, message):
        """Never say that it came."""

    monkeypatch.setattr(Scenario, "store", lost)
    code, out, err = cimbus("demo", "--timeout", "0.5")
    assert code == 1
    assert "MISSING MDM received the typed MeterReadings" in out
    assert "expectations were not met" in err


@pytest.mark.broker
@pytest.mark.parametrize("backend", BACKENDS)
def test_mqtt_twice(cimbus, mosquitto, backend, tmp_path, monkeypatch):
    monkeypatch.setenv("CIMBUS_DEAD_LETTERS", str(tmp_path / "letters.db"))
    for run in (1, 2):
        code, out, err = cimbus("demo", "--bus", mosquitto.url(), "--backend", backend)
        assert (code, err) == (0, ""), out
        _, listed, _ = cimbus("dlq", "list")
        assert len(listed.splitlines()) == run
