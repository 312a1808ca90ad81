"""Several processes on one file, some of which are killed."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import sqlite3
import subprocess
import sys
from collections import defaultdict

import anyio
import pytest

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.sqlite import SqliteTransport
from cimbus.middleware.transport import SubscriptionSpec

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs the signals of POSIX"),
]

GROUP = SubscriptionSpec(patterns=(Pattern(),), group="group", durable=True, credit=8)


def frame(key="k", body=b""):
    return Frame(topic=Topic("production", "events", "EndDeviceEvents", "created", key), body=body)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "bus.db"


@pytest.fixture
def query(path):
    """Ask the file itself."""

    def ask(statement):
        with contextlib.closing(sqlite3.connect(path)) as db:
            return db.execute(statement).fetchall()

    return ask


PRELUDE = """
import sys, time, anyio
from cimbus.middleware.frame import Frame
from cimbus.middleware.sqlite import SqliteTransport
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.transport import SubscriptionSpec

def say(*words):
    print(*words, flush=True)

def spec(group="group"):
    return SubscriptionSpec(patterns=(Pattern(),), group=group, durable=bool(group), credit=8)
"""

CONSUME = """
async def main():
    async with SqliteTransport(sys.argv[1]) as transport, transport.listen(spec()) as consumer:
        say("up")
        while True:
            for delivery in await consumer.receive():
                delivery.accept()
                say(delivery.value.body.decode())
"""

CONSUME_WITH_INTERVALS = """
async def main():
    async with SqliteTransport(sys.argv[1]) as transport, transport.listen(spec()) as consumer:
        say("up")
        batch = await consumer.receive()
        say("first")
        sys.stdin.readline()
        while True:
            taken = time.monotonic_ns()
            for delivery in batch:
                await anyio.lowlevel.checkpoint()
                say(delivery.value.topic.key, int(delivery.value.body), taken, time.monotonic_ns())
                delivery.accept()
            batch = await consumer.receive()
"""

HOLD = """
async def main():
    async with SqliteTransport(sys.argv[1]) as transport, transport.listen(spec(sys.argv[2])) as consumer:
        say("up")
        batch = await consumer.receive()
        say("holding", len(batch))
        sys.stdin.readline()
        for delivery in batch:
            delivery.accept()
    say("done")
"""

SEND = """
async def main():
    async with SqliteTransport(sys.argv[1]) as transport:
        for number in range(1_000_000):
            topic = Topic("production", "events", "EndDeviceEvents", "created", "k")
            results = await transport.send([Frame(topic=topic, body=b"%d" % number)])
            if results == [None]:
                say(number)
"""

DIE_IN_A_TRANSACTION = """
from pathlib import Path
from cimbus.middleware.sqlite.store import Store

async def main():
    store = Store(Path(sys.argv[1]), 0, lambda: True)
    with store.writing():
        store.db.execute("INSERT INTO frame VALUES (1000, 0, x'5b', x'')")
        store.db.execute("DELETE FROM subscription")
        say("in the middle")
        sys.stdin.readline()
"""


@contextlib.contextmanager
def process(script, *arguments):
    """Run a script in a process of its own, killed at the end if it is still there."""
    child = subprocess.Popen(
        [sys.executable, "-c", f"{PRELUDE}{script}\nanyio.run(main)", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        try:
            yield child
        finally:
            child.kill()


async def line(child):
    """Read what a child prints next."""
    said = await anyio.to_thread.run_sync(child.stdout.readline)
    assert said, "the child has ended"
    return said.strip()


async def rest_of(child):
    """Read what a child has printed until it died."""
    return (await anyio.to_thread.run_sync(child.stdout.read)).split()


async def receive(consumer, count):
    found = []
    while len(found) < count:
        for delivery in await consumer.receive():
            delivery.accept()
            found.append(int(delivery.value.body))
    return found


async def test_a_consumer_that_is_killed_loses_nothing(path):
    total = 2_000
    with anyio.fail_after(60):
        async with SqliteTransport(path) as transport:
            with process(CONSUME, path) as child:
                assert await line(child) == "up"
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(send_all, transport, total)
                    handled = [int(await line(child)) for _ in range(total // 4)]
                    os.kill(child.pid, signal.SIGKILL)
                handled += map(int, await rest_of(child))
            with process(CONSUME, path) as child:
                assert await line(child) == "up"
                while len(set(handled)) < total:
                    handled.append(int(await line(child)))

    assert set(range(total)) == set(handled)
    assert len(handled) <= total + GROUP.credit * 2


async def send_all(transport, total):
    for start in range(0, total, 50):
        await transport.send([frame(f"{n % 20}", b"%d" % n) for n in range(start, min(start + 50, total))])


async def test_two_processes_share_a_group_and_no_key_is_at_both(path):
    spans = defaultdict(list)
    with anyio.fail_after(60):
        async with SqliteTransport(path) as transport:
            with process(CONSUME_WITH_INTERVALS, path) as one, process(CONSUME_WITH_INTERVALS, path) as two:
                children = (one, two)
                for child in children:
                    assert await line(child) == "up"
                for number in range(40):
                    await transport.send([frame(f"key{key}", b"%d" % number) for key in range(12)])
                for child in children:
                    assert await line(child) == "first"
                for child in children:
                    child.stdin.write("\n")
                    child.stdin.flush()
                count = 0

                async def read(child, me):
                    nonlocal count
                    while count < 480:
                        key, number, taken, done = (await line(child)).split()
                        spans[key].append((int(taken), int(done), int(number), me))
                        count += 1
                    for other in children:
                        other.kill()  # ends the other's reader, too

                async with anyio.create_task_group() as tasks:
                    for me, child in enumerate(children):
                        tasks.start_soon(until_dead, read, child, me)

    assert {me for found in spans.values() for *_, me in found} == {0, 1}
    for found in spans.values():
        found.sort(key=lambda span: span[1])
        assert list(range(40)) == [number for _, _, number, _ in found]
        for earlier, later in itertools.pairwise(found):
            assert earlier[3] == later[3] or earlier[1] <= later[0]


async def until_dead(read, *arguments):
    with contextlib.suppress(AssertionError):
        await read(*arguments)


async def test_what_a_killed_sender_was_told_is_there(path, query):
    with anyio.fail_after(60):
        async with SqliteTransport(path) as transport, transport.listen(GROUP):
            pass
        with process(SEND, path) as child:
            confirmed = [int(await line(child)) for _ in range(200)]
            os.kill(child.pid, signal.SIGKILL)
            confirmed += map(int, await rest_of(child))
        async with SqliteTransport(path) as transport, transport.listen(GROUP) as consumer:
            await transport.send([frame(body=b"1000000")])
            found = []
            while 1_000_000 not in found:
                found += await receive(consumer, 1)

    assert set(confirmed) <= set(found)
    assert list(range(len(found) - 1)) == found[:-1]
    assert query("PRAGMA integrity_check") == [("ok",)]


async def test_a_process_killed_in_a_transaction_leaves_the_file_as_it_was(path):
    with anyio.fail_after(60):
        async with SqliteTransport(path) as transport:
            async with transport.listen(GROUP):
                pass
            with process(DIE_IN_A_TRANSACTION, path) as child:
                assert await line(child) == "in the middle"
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(transport.send, [frame(body=b"7")])  # waits for the lock of the other
                    await anyio.wait_all_tasks_blocked()
                    os.kill(child.pid, signal.SIGKILL)
            async with transport.listen(GROUP) as consumer:
                assert await receive(consumer, 1) == [7]


async def test_a_consumer_that_is_stopped_is_not_taken_for_dead(path):
    with anyio.fail_after(60):
        async with SqliteTransport(path) as transport:
            with process(HOLD, path, "group") as child:
                assert await line(child) == "up"
                await transport.send([frame("held", b"1")])
                assert await line(child) == "holding 1"
                os.kill(child.pid, signal.SIGSTOP)
                async with transport.listen(GROUP) as consumer:  # checks who is alive as it joins
                    await transport.send([frame("held", b"2"), frame("free", b"3")])
                    assert await receive(consumer, 1) == [3]
                    os.kill(child.pid, signal.SIGCONT)
                    child.stdin.write("\n")
                    child.stdin.flush()
                    assert await receive(consumer, 1) == [2]
                assert await line(child) == "done"


async def test_a_private_consumer_dies_with_its_process(path, query):
    with anyio.fail_after(60):
        async with SqliteTransport(path) as transport:
            with process(HOLD, path, "") as child:
                assert await line(child) == "up"
                await transport.send([frame(body=b"%d" % n) for n in range(20)])
                assert query("SELECT count(*) FROM frame") == [(20,)]
            async with transport.listen(GROUP) as consumer:
                assert query("SELECT name FROM subscription") == [(b"group",)]
                assert query("SELECT count(*) FROM frame") == [(0,)]
                await transport.send([frame(body=b"1")])
                assert await receive(consumer, 1) == [1]
