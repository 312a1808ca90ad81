"""A window of messages in flight: in order, across connections, for callers that may be cancelled."""

from __future__ import annotations

import anyio
import pytest

from cimbus.errors import ClosedError

from .lines import LOST, LineSender, broker

pytestmark = pytest.mark.anyio


async def test_everything_is_acknowledged_in_its_place():
    sender, bad = LineSender(2), ValueError("cannot be written")
    async with broker() as there, there.opened(sender) as connection, connection.running():
        assert await sender.send([1, bad, 2, 3, 4]) == [None, bad, None, None, None]
        assert [line for line in there.lines if line.startswith("PUT")] == [f"PUT {number}" for number in (1, 2, 3, 4)]
        assert sender.in_flight == 0


async def test_the_window_bounds_what_is_in_flight():
    sender = LineSender(2)
    async with (
        broker() as there,
        there.opened(sender) as connection,
        connection.running(),
        anyio.create_task_group() as tasks,
    ):
        there.silent = True
        tasks.start_soon(sender.send, [1, 2, 3])
        await there.until(lambda: "PUT 2" in there.lines)
        assert sender.in_flight == 2
        sender.received(["GOT 1"])
        await there.until(lambda: "PUT 3" in there.lines)
        sender.received(["GOT 2", "GOT 3", "GOT 99"])


async def test_a_new_connection_begins_with_everything_in_flight_in_order():
    sender = LineSender(2)
    async with broker() as there, anyio.create_task_group() as tasks:
        there.silent = True
        tasks.start_soon(sender.send, [1, 2, 3])
        async with there.opened(sender) as connection, connection.running():
            await there.until(lambda: "PUT 2" in there.lines)
        there.lines.clear()
        there.silent = False
        async with there.opened(sender) as connection, connection.running():
            with anyio.fail_after(20):
                await sender.drained()
        assert there.lines == ["HELLO", "PUT 1", "PUT 2", "PUT 3"]


async def test_a_cancelled_send_forgets_what_was_not_written():
    sender = LineSender(1)
    async with broker() as there, there.opened(sender) as connection, connection.running():
        there.silent = True
        with anyio.move_on_after(0.05):
            await sender.send([1, 2])
        there.silent = False
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(sender.send, [3])
            await anyio.wait_all_tasks_blocked()
            sender.received(["GOT 1"])
        assert there.lines == ["HELLO", "PUT 1", "PUT 3"]


async def test_draining_does_not_wait_for_a_broker_that_is_away():
    sender = LineSender(1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(sender.send, [1])
        await anyio.wait_all_tasks_blocked()
        sender.disconnected(LOST)
        with anyio.fail_after(20):
            await sender.drained()
        tasks.cancel_scope.cancel()


async def test_closing_ends_every_send():
    sender, errors = LineSender(1), []

    async def send():
        with pytest.raises(ClosedError, match="enough") as caught:
            await sender.send([1, 2])
        errors.append(caught.value)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(send)
        tasks.start_soon(send)
        await anyio.wait_all_tasks_blocked()
        sender.close("enough")
    assert len(errors) == 2
    with pytest.raises(ClosedError):
        await sender.send([3])
