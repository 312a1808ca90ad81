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
        urls: of the same broker, by other protocols, too.
    """

    url: str
    pids: Sequence[int]
    urls: tuple[str, ...] = ()

    def url_for(self, scheme: str) -> str:
        """Return its URL for a scheme, or its first one.

        >>> StartedBroker("jms+stomp://b", (), ("jms+stomp://b", "jms+amqp://b")).url_for("jms+amqp")
        'jms+amqp://b'
        """
        return next((url for url in self.urls if url.startswith(f"{scheme}://")), self.url)


@contextmanager
def started_broker(name: str) -> Generator[StartedBroker]:
    """Start a broker on a free loopback port, and end it with the block.

    Raises:
        UsageError: there is no clone of the repository, or the broker is not installed.

    >>> "kafka" in BROKERS
    True
    """
    folder = clone_folder() / "tests"
    command = [sys.executable, "-m", "brokers", name, "--load"]
    with subprocess.Popen(  # noqa: S603  # one of BROKERS
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise UsageError(f"{name} has no pipes")
        try:
            urls: list[str] = []
            while "://" in (text := process.stdout.readline().strip()):
                urls.append(text)
            if not urls:
                raise UsageError(f"{name} was not started: see above; tests/brokers says what it needs")
            pids = tuple(pid for pid in children_of(process.pid) if pid != process.pid)
            yield StartedBroker(urls[0], pids, tuple(urls))
        finally:
            process.stdin.close()  # which ends it
            process.wait(60)


def clone_folder() -> Path:
    """Return the folder of the clone of the repository.

    Raises:
        UsageError: this is none.

    >>> clone_folder.__name__
    'clone_folder'
    """
    tests = os.environ.get("CIMBUS_TESTS")
    found = (*([Path(tests).parent] if tests else []), Path.cwd(), Path(__file__).parents[2])
    for folder in found:
        if (folder / "tests" / "brokers" / "__main__.py").is_file():
            return folder
    raise UsageError("this needs a clone of cimbus: run it there, or give the broker's --bus URL")
