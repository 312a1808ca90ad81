"""Brokers for a load, started by the test package of a clone of the repository, where it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from cimbus.errors import UsageError

from .usage import children_of

__all__ = ["BROKERS", "StartedBroker", "started_broker"]

BROKERS: Final = ("mosquitto", "kafka", "artemis", "activemq")
"""What ``tests/brokers`` starts."""


class StartedBroker(msgspec.Struct, frozen=True):
    """A broker that runs.

    >>> StartedBroker("mqtt://127.0.0.1:1883/", (1,)).url
    'mqtt://127.0.0.1:1883/'

    Attributes:
        url: its bus.
        pids: its processes.
    """

    url: str
    pids: Sequence[int]


@contextmanager
def started_broker(name: str) -> Generator[StartedBroker]:
    """Start a broker on a free loopback port, and end it with the block.

    Raises:
        UsageError: there is no clone of the repository, or the broker is not installed.

    >>> "kafka" in BROKERS
    True
    """
    folder = _test_folder()
    command = [sys.executable, "-m", "brokers", name, "--load"]
    with subprocess.Popen(  # noqa: S603  # one of BROKERS
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise UsageError(f"{name} has no pipes")
        try:
            url = process.stdout.readline().strip()
            if "://" not in url:
                raise UsageError(f"{name} was not started: see above; tests/brokers says what it needs")
            yield StartedBroker(url, tuple(pid for pid in children_of(process.pid) if pid != process.pid))
        finally:
            process.stdin.close()  # which ends it
            process.wait(60)


def _test_folder() -> Path:
    """Return the folder of the package ``brokers``.

    Raises:
        UsageError: this is no clone of the repository.
    """
    found = (Path(os.environ.get("CIMBUS_TESTS", "")), Path.cwd() / "tests", Path(__file__).parents[2] / "tests")
    for folder in found:
        if (folder / "brokers" / "__main__.py").is_file():
            return folder
    raise UsageError("--broker needs a clone of cimbus: run it there, or give the broker's --bus URL")
