"""Commands as processes, and what a subscriber has seen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio

from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, IdentifiedObject, Reference

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 1, tzinfo=UTC)
LIMIT = 60


def event(number):
    """An event of one of 50 usage points."""
    one = EndDeviceEvent(
        mRID=f"E-{number}",
        createdDateTime=NOW,
        EndDeviceEventType=Reference(ref="3.26.0.47"),
        UsagePoint=IdentifiedObject(mRID=f"UP-{number % 50}"),
    )
    return EndDeviceEvents(EndDeviceEvent=[one])


class Command:
    """A command that runs."""

    def __init__(self, process):
        self.process = process
        self.said = []

    def until(self, word):
        """Read its stderr up to a line with a word in it."""
        for line in self.process.stderr:
            if word in line:
                return
        raise AssertionError(f"ended with {self.process.wait()} without saying {word!r}")

    def drain(self):
        """Have its stderr read as it comes; ``said`` is what came."""
        threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True).start()

    def check(self):
        """Fail if it has ended by itself."""
        if self.process.poll() is not None:
            raise AssertionError(f"ended with {self.process.returncode}:\n{''.join(self.said)}")

    def kill(self):
        """End it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def result(self, timeout=LIMIT):
        """Wait for its end; return (exit code, stdout, rest of stderr)."""
        out, err = self.process.communicate(timeout=timeout)
        return self.process.returncode, out, err

    def stop(self):
        """End it in order; return what it says."""
        self.process.terminate()
        return self.result()


@contextmanager
def command(*words, **environment):
    """Run ``cimbus`` with these words within the block."""
    environment = os.environ | {"PYTHONUNBUFFERED": "1"} | {name: str(value) for name, value in environment.items()}
    with subprocess.Popen(
        [sys.executable, "-m", "cimbus", *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=HERE,
        env=environment,
    ) as process:
        try:
            yield Command(process)
        finally:
            if process.poll() is None:
                process.kill()


class Seen:
    """The file that the subscriber writes."""

    def __init__(self, path):
        self.path = path
        path.touch()

    @property
    def ids(self):
        """All ids in it, in order."""
        return self.path.read_text().split()

    async def until(self, count):
        """Wait until so many different ids are there."""
        with anyio.fail_after(LIMIT):
            while len(set(self.ids)) < count:  # noqa: ASYNC110
                await anyio.sleep(0.05)
