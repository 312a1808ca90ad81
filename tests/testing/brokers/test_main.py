"""``python -m cimbus.testing.brokers``: brokers by hand, and that nothing is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

from cimbus.testing.brokers.__main__ import main
from cimbus.testing.brokers.fixtures import needed
from cimbus.testing.brokers.ports import free_port

from .clients import Stomp, opened

pytestmark = pytest.mark.broker

LIMIT = 120.0
"""How long anything may take, in seconds, on a busy machine."""


LISTENING = (
    "import os, signal, sys\n"
    "for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): signal.signal(number, signal.SIG_DFL)\n"
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])\n"
)
"""Runs Python with no signal ignored, as it may be where the tests run in the background."""


@contextmanager
def command(folder, *words, stdin=subprocess.PIPE):
    """Run it; it keeps its temporary files in the folder."""
    line = [sys.executable, "-c", LISTENING, "-m", "cimbus.testing.brokers", *words]
    environment = os.environ | {"TMPDIR": str(folder)}
    with subprocess.Popen(line, stdin=stdin, stdout=subprocess.PIPE, text=True, env=environment) as run:
        try:
            yield run
        finally:
            run.kill()


def children(run):
    """Wait until it has started the broker and its guard, and return both."""
    ends = time.monotonic() + LIMIT
    while len(found := psutil.Process(run.pid).children()) < 2:
        assert time.monotonic() < ends
    return found


def nothing_left(folder, processes):
    _, alive = psutil.wait_procs(processes, LIMIT)
    return not alive and not [path for path in folder.iterdir() if not path.name.startswith("cimbus-test-ports")]


def test_a_broker_can_be_run_by_hand(tmp_path):
    needed("activemq")
    with command(tmp_path, "activemq", "--tls", "--user", "ana:secret") as run:
        url = run.stdout.readline().strip()
        assert url.startswith("jms+stomps://ana:secret@127.0.0.1:")
        with Stomp.to(url) as client:
            client.put("demo", ["one"])
            assert client.get("demo", 1) == ["one"]
        started = children(run)
        run.communicate("\n", timeout=LIMIT)

        assert run.returncode == 0
        assert nothing_left(tmp_path, started)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order(tmp_path, number):
    """With no input, as services and background jobs have it, which is no reason to end."""
    needed()
    port = free_port()
    with command(tmp_path, "mosquitto", "--port", str(port), stdin=subprocess.DEVNULL) as run:
        assert run.stdout.readline() == f"mqtt://127.0.0.1:{port}/\n"
        assert run.stdout.readline().startswith("log: ")
        assert run.stdout.readline() == "Ctrl-C ends it.\n"
        opened(port).close()
        started = children(run)
        run.send_signal(number)

        assert run.wait(LIMIT) == 0
        assert nothing_left(tmp_path, started)


def test_the_end_of_its_input_ends_it(tmp_path):
    needed()
    with command(tmp_path, "mosquitto", "--load") as run:
        run.stdout.readline()
        started = children(run)
        run.communicate(timeout=LIMIT)

        assert run.returncode == 0
        assert nothing_left(tmp_path, started)


def test_a_signal_while_a_broker_starts_leaves_nothing(tmp_path):
    needed("kafka")
    with command(tmp_path, "kafka") as run:
        started = children(run)
        run.send_signal(signal.SIGTERM)

        assert run.wait(LIMIT) in (130, 0)  # 0: it was quicker
        assert nothing_left(tmp_path, started)


def test_a_broker_that_ends_by_itself_is_reported(tmp_path):
    needed()
    with command(tmp_path, "mosquitto", stdin=subprocess.DEVNULL) as run:
        run.stdout.readline()
        started = children(run)
        started[0].kill()

        assert run.wait(LIMIT) == 1
        assert nothing_left(tmp_path, started)


def test_a_port_that_is_taken_is_one_line(mosquitto, capsys):
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        assert main(["mosquitto", "--port", str(mosquitto.port)]) == 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert capsys.readouterr().err.startswith(f"no broker can listen on port {mosquitto.port}: ")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["kafka", "--scram"], "--scram is for kafka, with --user"),
        (["kafka", "--user", "ana"], "--user takes NAME:PASSWORD"),
        (["kafka", "--port", "70000"], "--port takes a number from 1 to 65535"),
    ],
)
def test_wrong_usage_is_refused(words, text, capsys):
    with pytest.raises(SystemExit):
        main(words)

    assert text in capsys.readouterr().err
