"""A lock tells whether its process is alive."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cimbus.middleware.sqlite.liveness import LivenessLock, is_alive, remove_lock

HOLD = """
import sys
from pathlib import Path
from cimbus.middleware.sqlite.liveness import LivenessLock

print(LivenessLock(Path(sys.argv[1])).token, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def bus(tmp_path):
    return tmp_path / "bus.db"


def test_a_lock_is_alive_until_it_is_released(bus):
    lock = LivenessLock(bus)

    assert is_alive(bus, lock.token)

    lock.release()

    assert not is_alive(bus, lock.token)
    assert list(bus.parent.iterdir()) == []


def test_an_unknown_lock_is_not_alive(bus):
    assert not is_alive(bus, "unknown")


def test_the_lock_of_a_process_that_is_killed_is_not_alive(bus):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(bus)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        token = child.stdout.readline().strip()
        before = is_alive(bus, token)
        child.kill()
        child.wait()

    assert before
    assert not is_alive(bus, token)

    remove_lock(bus, token)

    assert list(bus.parent.iterdir()) == []
