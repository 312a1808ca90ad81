"""What a message costs, counted: no more than the baseline. Counts are the same on any machine, however busy."""

from __future__ import annotations

import importlib.util
import json
import socket
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SLACK = 1.03
"""A count may grow by so much before it is looked at; versions of libraries move it a little."""
A_FEW = 0.1
"""System calls per message: a heartbeat, or a write that the system takes in two parts."""


def counters(name="counters"):
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_message_costs_no_more_than_the_baseline():
    """After a change that is worth it: ``python benchmarks/counters.py --write``."""
    baseline = json.loads((BENCHMARKS / "baseline.json").read_text(encoding="utf-8"))["counts"]

    found = counters().measure()

    assert set(found) == {name for name in baseline if not name.startswith("mqtt")}
    grown = {name: (count, baseline[name]) for name, count in found.items() if count > baseline[name] * SLACK}
    assert grown == {}


@pytest.mark.broker
def test_a_message_over_mqtt_needs_no_more_system_calls_and_bytes_than_the_baseline(mosquitto):
    baseline = json.loads((BENCHMARKS / "baseline.json").read_text(encoding="utf-8"))["counts"]

    found = counters().measure(mosquitto.url())

    assert set(found) == {name for name in baseline if name.startswith("mqtt")}
    grown = {name: (count, baseline[name]) for name, count in found.items() if count > baseline[name] * SLACK + A_FEW}
    assert grown == {}


def test_reads_and_writes_of_sockets_are_counted():
    module = counters("socket_calls")

    with module.SocketCalls() as calls:
        server = socket.create_server(("127.0.0.1", 0))
        client = socket.socket()
        client.connect(server.getsockname())
        other, _ = server.accept()
        client.send(b"hello")
        client.send(b"!")
        while calls.reads < 2 and other.recv(5):
            pass
        for each in (server, client, other):
            each.close()

    assert (calls.sends, calls.written) == (2, 6)
    assert calls.reads == 2
    assert socket.socket.__name__ == "socket"


def test_a_coroutine_that_waits_is_counted():
    import anyio

    async def work():
        await anyio.lowlevel.checkpoint()
        await anyio.lowlevel.checkpoint()
        return "done"

    async def main():
        counted = counters().Suspensions(work())
        return await counted, counted.count

    assert anyio.run(main) == ("done", 2)


def test_calls_are_counted():
    module = counters()

    assert module.calls_of(lambda: len("x")) == 2 + 1  # the function, len, and the end of counting


def test_allocated_octets_are_counted_also_if_they_are_freed():
    def allocated(count):
        return len(bytes(count))

    with counters("copied_octets").AllocatedOctets() as counted:
        for _ in range(3):
            allocated(1_000_000)

    assert 3_000_000 <= counted.count < 3_010_000
