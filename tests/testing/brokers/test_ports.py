"""Ports: which no other run on this machine gets, and one that a user has chosen."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
from itertools import pairwise

import pytest

from cimbus.errors import UsageError
from cimbus.testing.brokers.ports import PORTS, check_port, free_port


def test_a_port_that_another_run_has_is_not_handed_out(monkeypatch):
    """Even while nothing listens there: its broker may be about to come back."""
    program = (
        "import sys; from cimbus.testing.brokers.ports import free_port\n"
        "print(free_port(), flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        theirs = int(run.stdout.readline())
        ours = free_port()
        ports = iter([theirs, ours])
        choose = random.SystemRandom.choice
        monkeypatch.setattr(random.SystemRandom, "choice", lambda self, all_: next(ports, 0) or choose(self, all_))

        assert free_port() not in (theirs, ours)
        assert next(ports, None) is None  # both were tried

        run.communicate("")


def test_ports_are_not_handed_out_twice():
    ports = sorted(free_port() for _ in range(50))

    assert all(one < other for one, other in pairwise(ports))
    assert set(ports) <= set(PORTS)


def test_a_port_on_which_a_process_listens_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(UsageError, match=f"can listen on port {port}: Address already in use. Choose another"):
            check_port(port)


def test_a_number_that_is_no_port_is_refused():
    with pytest.raises(UsageError, match="65536 is no port"):
        check_port(65536)
