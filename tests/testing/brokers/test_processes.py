"""Processes that do not outlive this one, and signals that come at a bad moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from cimbus.testing.brokers.processes import GuardedProcess, delayed_signals


def test_a_signal_waits_until_the_block_has_ended():
    done = []

    def work():
        with delayed_signals():
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # shells ignore it in background jobs
    try:
        with pytest.raises(KeyboardInterrupt):
            work()

        assert done == ["all of it"]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_signal_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with delayed_signals():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_other_threads_can_start_brokers():
    done = []

    def work():
        with delayed_signals():
            done.append("begun")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)

    assert done == ["begun"]


def test_a_process_has_a_group_of_its_own_which_ctrl_c_does_not_reach(tmp_path):
    process = GuardedProcess.start(["sleep", "600"], tmp_path, tmp_path / "log")
    try:
        assert os.getpgid(process.pid) == process.pid
        assert process.code is None
    finally:
        process.end(signal.SIGKILL, patience=60)

    assert process.code == -signal.SIGKILL


def test_a_process_that_does_not_end_is_killed(tmp_path):
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    log = tmp_path / "log"
    process = GuardedProcess.start([sys.executable, "-c", deaf], tmp_path, log)
    while "deaf" not in log.read_text():
        assert process.code is None

    process.end(signal.SIGTERM, patience=0.1)

    assert process.code == -signal.SIGKILL


def test_a_process_ends_with_the_one_that_started_it(tmp_path):
    program = (
        "import sys; from pathlib import Path; from cimbus.testing.brokers.processes import GuardedProcess\n"
        "process = GuardedProcess.start(['sleep', '600'], Path('.'), Path('log'))\n"
        "print(process.pid, flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        theirs = psutil.Process(int(run.stdout.readline()))
        run.kill()

        theirs.wait(60)
