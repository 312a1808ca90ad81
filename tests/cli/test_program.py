"""``cimbus run`` as a process: probes, a broker that is frozen, systemd, and the report at the end."""

from __future__ import annotations

import json
import signal
import socket
import time

import pytest

from .conftest import EVENT, LIMIT, started
from .probing import Probe

APPLICATION = '''
"""Writes what it handles; an event whose mRID is HANG is not finished."""

import anyio

from cimbus import Component, Message
from cimbus.nouns import EndDeviceEvents

app = Component("APP", grace=0.1, inbox="inbox.db")


@app.on(EndDeviceEvents, name="events")
async def handle(message: Message[EndDeviceEvents]) -> None:
    if message.header.message_id == "hang":
        print("hanging", flush=True)
        await anyio.sleep_forever()
'''


@pytest.fixture
def application(tmp_path):
    (tmp_path / "application.py").write_text(APPLICATION)
    return tmp_path


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_handler_that_hangs_fails_live_within_its_bound_and_is_reported(cimbus, files, application, bus, backend):
    options = ("--health", "127.0.0.1:0", "--stuck-after", 0.2, "--backend", backend, "--json")
    with started("run", "application:app", "--bus", bus, *options, cwd=application) as running:
        probe = Probe(running)
        running.until("running APP")
        assert probe.ask("live") == (200, [])
        assert probe.until("ready", 200) == []
        assert cimbus("publish", files("a.xml", EVENT.format(id="hang")), "--bus", bus)[0] == 0
        (problem,) = probe.until("live", 503)
        running.process.send_signal(signal.SIGTERM)
        code, out, err = running.result()

    assert problem.startswith("APP.events has not returned for ")
    assert code == 0
    report = json.loads(out.splitlines()[-1])
    assert report["left"] == 1
    assert "stopping; messages in progress: 1" in err
    assert "messages left, which are redelivered: 1" in err


@pytest.mark.parametrize("workers", [1, 2])
def test_metrics_are_read_by_a_parser_of_prometheus(cimbus, files, application, bus, workers):
    options = ("--health", "127.0.0.1:0", "--workers", workers)
    with started("run", "application:app", "--bus", bus, *options, cwd=application) as running:
        probe = Probe(running)
        probe.until("ready", 200)
        assert cimbus("publish", files("a.xml", EVENT.format(id="m-1")), "--bus", bus)[0] == 0
        handled = probe.metric("cimbus_handled_total", lambda values: len(values) == workers and sum(values.values()))
        running.process.send_signal(signal.SIGTERM)
        assert running.result()[0] == 0

    assert sum(handled.values()) == 1
    assert all(dict(labels)["consumer"] == "APP.events" for labels in handled)


@pytest.mark.broker
def test_a_broker_that_is_frozen_fails_ready_and_not_live(new_mosquitto, application, monkeypatch):
    broker = new_mosquitto()
    monkeypatch.setenv("CIMBUS_DEAD_LETTERS", str(application / "letters.db"))
    options = ("--health", "127.0.0.1:0", "--stuck-after", 1)
    with started("run", "application:app", "--bus", broker.url(keepalive=1), *options, cwd=application) as running:
        probe = Probe(running)
        running.until("running APP")
        probe.until("ready", 200)
        broker.pause()
        try:
            ends = time.monotonic() + LIMIT
            while "APP: the bus default cannot be reached" not in probe.until("ready", 503):
                assert time.monotonic() < ends
            assert probe.ask("live") == (200, [])
        finally:
            broker.resume()
        probe.until("ready", 200)
        running.process.send_signal(signal.SIGTERM)
        assert running.result()[0] == 0


@pytest.mark.parametrize(("workers", "backend"), [(1, "asyncio"), (1, "trio"), (2, "asyncio")])
def test_a_second_signal_ends_at_once_and_the_exit_status_says_so(cimbus, files, application, bus, workers, backend):
    patient = APPLICATION.replace("grace=0.1", "grace=600")
    (application / "application.py").write_text(patient)
    options = ("--workers", workers, "--backend", backend)
    with started("run", "application:app", "--bus", bus, *options, cwd=application) as running:
        running.until("running APP")
        assert cimbus("publish", files("a.xml", EVENT.format(id="hang")), "--bus", bus)[0] == 0
        assert running.process.stdout.readline() == "hanging\n"
        running.process.send_signal(signal.SIGTERM)
        running.until("stopping; messages in progress: 1")
        running.process.send_signal(signal.SIGTERM)
        code, _, _ = running.result()

    assert code == 128 + signal.SIGTERM


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")
@pytest.mark.parametrize("workers", [1, 2])
def test_systemd_is_told(application, bus, monkeypatch, workers):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.settimeout(LIMIT)
        systemd.bind(str(application / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(application / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "1000000")
        with started("run", "application:app", "--bus", bus, "--workers", workers, cwd=application) as running:
            told = [systemd.recv(1000) for _ in range(2)]
            while b"READY=1" not in told or told[-1] != b"WATCHDOG=1":
                told.append(systemd.recv(1000))
            running.process.send_signal(signal.SIGTERM)
            while told[-1] != b"STOPPING=1":
                told.append(systemd.recv(1000))
            assert running.result()[0] == 0

    assert told.count(b"READY=1") == 1


def test_an_address_in_use_is_one_line(cimbus, tmp_path, monkeypatch, bus):
    (tmp_path / "address_in_use.py").write_text(APPLICATION)
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = cimbus("run", "address_in_use:app", "--bus", bus, "--health", f"127.0.0.1:{port}")
    assert code == 1
    assert f"cannot listen on 127.0.0.1:{port}" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("address", ["8080", "localhost:x", "[::1", "127.0.0.1:70000"])
def test_what_is_no_address_is_refused(cimbus, address):
    code, _, err = cimbus("run", "application:app", "--bus", "sqlite:x.db", "--health", address)

    assert (code, "is not HOST:PORT" in err) == (2, True)
