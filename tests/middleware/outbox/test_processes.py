"""Processes that share an outbox, and one that is killed."""

from __future__ import annotations

import subprocess
import sys

import anyio
import anyio.to_thread
import pytest

from cimbus.middleware.outbox import Outbox, forwarder
from cimbus.middleware.outbox import outbox as module

from .support import Far, frame, opened

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path):
    return tmp_path / "outbox.db"


async def test_one_process_at_a_time_sends_what_two_have_published(path, monkeypatch):
    monkeypatch.setattr(forwarder, "POLL", 0.01)
    monkeypatch.setattr(module, "POLL", 0.01)
    one, two, first, second = Outbox(path), Outbox(path), Far(), Far()
    async with opened(two, second):
        async with opened(one, first):
            await anyio.wait_all_tasks_blocked()
            await one.add([frame(1)])
            await two.add([frame(2)])
            await one.flush()
            await two.flush()
        await two.add([frame(3)])
        await two.flush()
    assert sorted(first.numbers + second.numbers) == [1, 2, 3]


KILLED = """
import sys, anyio
from cimbus import Frame, OutboxFullError, Topic
from cimbus.middleware.outbox import Outbox

async def main():
    async def away(frames):
        await anyio.sleep_forever()
    outbox = Outbox(sys.argv[1])
    topic = Topic("production", "events", "EndDeviceEvents", "created", "UP-1")
    async with outbox.opened(away, None):
        for number in range(1_000_000):
            await outbox.add([Frame(topic=topic, body=b"%d;" % number)])
            print(number, flush=True)

anyio.run(main)
"""


async def test_a_process_that_is_killed_loses_nothing_that_it_has_published(path):
    command = [sys.executable, "-c", KILLED, str(path)]

    def killed() -> int:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(50)]
            process.kill()
            lines += process.stdout.readlines()
        return int([text for text in lines if text.endswith("\n")][-1])

    published = await anyio.to_thread.run_sync(killed)
    outbox, far = Outbox(path), Far()
    async with opened(outbox, far):
        await outbox.flush()
    assert far.numbers[: published + 1] == list(range(published + 1))
