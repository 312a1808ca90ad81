"""Killed in the middle of ten thousand messages: every one is handled at least once.

The subscriber is a process of its own (``application``); the publisher is the test.
"""

from __future__ import annotations

import signal

import anyio
import anyio.to_thread
import pytest

from cimbus import Bus

from .processes import Seen, command, event

pytestmark = [
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL"),
    pytest.mark.timeout(300),
]

COUNT = 10_000
BATCH = 250


@pytest.fixture
def seen(tmp_path, monkeypatch):
    monkeypatch.setenv("CIMBUS_DEAD_LETTERS", str(tmp_path / "letters.db"))
    return Seen(tmp_path / "seen")


def url_of(kind, request, tmp_path):
    if kind == "sqlite":
        return f"sqlite://{tmp_path}/bus.db"
    return request.getfixturevalue("new_mosquitto")(persistent=False).url()  # it stays: writing it down takes long


def subscriber(url, seen, backend):
    return command("run", "application:app", "--bus", url, "--backend", backend, SEEN=seen.path)


async def publish(bus, first, last):
    for start in range(first, last, BATCH):
        results = await bus.publish_many([event(number) for number in range(start, min(last, start + BATCH))])
        assert all(result.error is None for result in results)


def complete(seen):
    """Check that all were handled, and return how often one was handled again."""
    ids = seen.ids
    assert set(ids) == {f"E-{number}" for number in range(COUNT)}
    return len(ids) - COUNT


@pytest.mark.parametrize(
    ("kind", "backend"), [("sqlite", "asyncio"), pytest.param("mqtt", "trio", marks=pytest.mark.broker)]
)
def test_a_subscriber_killed_in_the_middle_has_handled_everything_after_its_restart(
    kind, backend, seen, request, tmp_path
):
    url = url_of(kind, request, tmp_path)

    async def work():
        async with Bus(url, source="HES") as bus, anyio.create_task_group() as group:
            with subscriber(url, seen, backend) as running:
                await anyio.to_thread.run_sync(running.until, "running")
                group.start_soon(publish, bus, 0, COUNT)
                await seen.until(COUNT // 10)
                running.kill()
            killed_at = len(seen.ids)
            assert killed_at < COUNT
            await anyio.sleep(0.3)
            assert len(seen.ids) == killed_at
            with subscriber(url, seen, backend) as running:
                await anyio.to_thread.run_sync(running.until, "running")
                await seen.until(COUNT)
                code, out, _ = await anyio.to_thread.run_sync(running.stop)
        assert code == 0
        assert "retried=0 failed=0 dead_lettered=0" in out

    anyio.run(work, backend=backend)
    # what was unsettled when it was killed, a window of the publisher if it lost its connection; not all of it again
    assert complete(seen) < COUNT // 2


@pytest.mark.broker
@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_a_broker_restarted_in_the_middle_loses_nothing_and_the_subscriber_goes_on(new_mosquitto, seen, how):
    broker = new_mosquitto(lines=["autosave_interval 2000"])  # in changes; saving at each takes long

    def restart():
        if how == "killed":
            broker.restart(settle=True)
        else:
            broker.stop()
            broker.start()

    async def work():
        async with Bus(broker.url(), source="HES") as bus:
            with subscriber(broker.url(), seen, "asyncio") as running:
                await anyio.to_thread.run_sync(running.until, "running")
                if how == "killed":  # what the broker took after it saved would be gone with it
                    await publish(bus, 0, COUNT // 2)
                    await anyio.to_thread.run_sync(restart)
                    await publish(bus, COUNT // 2, COUNT)
                else:
                    async with anyio.create_task_group() as group:
                        group.start_soon(publish, bus, 0, COUNT)
                        await seen.until(COUNT // 10)
                        await anyio.to_thread.run_sync(restart)
                await seen.until(COUNT)
                code, _, _ = await anyio.to_thread.run_sync(running.stop)
        assert code == 0

    anyio.run(work)
    complete(seen)
