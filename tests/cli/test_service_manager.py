"""What systemd is told, over real sockets."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import anyio
import pytest
from application.support import LIMIT, until

from cimbus.cli.service_manager import ServiceManager

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")]


@pytest.fixture
def systemd(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(LIMIT)
        listener.bind(str(tmp_path / "notify"))
        yield listener


def test_states_are_sent_as_one_datagram(systemd):
    environment = {"NOTIFY_SOCKET": systemd.getsockname()}
    manager = ServiceManager(environment)

    manager.tell("READY=1", "STATUS=running")

    assert systemd.recv(1000) == b"READY=1\nSTATUS=running"
    assert environment == {}


@pytest.mark.skipif(not Path("/proc/net/unix").exists(), reason="abstract names are of Linux")
def test_a_name_with_an_at_sign_is_abstract():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(LIMIT)
        listener.bind(f"\0cimbus-test-{os.getpid()}")
        ServiceManager({"NOTIFY_SOCKET": f"@cimbus-test-{os.getpid()}"}).tell("READY=1")
        assert listener.recv(1000) == b"READY=1"


def test_a_socket_that_is_gone_is_a_warning(tmp_path, caplog):
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell("READY=1")

    assert "does not listen" in caplog.text


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_for_the_process_that_it_names(variables, seconds):
    assert ServiceManager({"NOTIFY_SOCKET": "/run/x"} | variables).watchdog == seconds


async def test_the_watchdog_is_told_only_while_the_program_is_alive(systemd):
    manager = ServiceManager({"NOTIFY_SOCKET": systemd.getsockname(), "WATCHDOG_USEC": "20000"})
    asked = 0
    alive = True

    def is_alive():
        nonlocal asked
        asked += 1
        return alive

    with anyio.fail_after(LIMIT):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(manager.keep_watchdog, is_alive)
            await until(lambda: asked >= 3)
            alive = False
            told = asked
            await until(lambda: asked >= told + 3)
            tasks.cancel_scope.cancel()
    manager.tell("STOPPING=1")
    assert [systemd.recv(1000) for _ in range(told + 1)] == [b"WATCHDOG=1"] * told + [b"STOPPING=1"]
