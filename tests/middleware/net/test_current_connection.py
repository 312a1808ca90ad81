"""Waiting for a connection, and for one that is not lost already."""

from __future__ import annotations

import anyio
import pytest

from cimbus.errors import ClosedError
from cimbus.middleware.net import CurrentConnection

from .lines import LOST

pytestmark = pytest.mark.anyio


class Some:
    """A connection of which only the end matters."""

    lost = None


async def test_a_lost_connection_is_not_returned():
    current, one, two, found = CurrentConnection(), Some(), Some(), []

    async def wait():
        found.append(await current.wait())

    current.set(one)
    assert await current.wait() is one
    one.lost = LOST  # its user is not told yet
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        current.clear()
        assert current.connection is None
        current.set(two)
    assert found == [two]


async def test_closing_ends_waiting_and_the_first_reason_stays():
    current, errors = CurrentConnection(), []

    async def wait():
        try:
            await current.wait()
        except ClosedError as exc:
            errors.append(str(exc))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        current.close("first")
        current.close("second")
    await wait()
    assert errors == ["first", "first"]
