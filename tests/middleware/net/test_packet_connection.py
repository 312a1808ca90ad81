"""Heartbeats: written when it is quiet, and missed when the broker is silent."""

from __future__ import annotations

import anyio
import pytest

from .lines import Listener, broker

pytestmark = pytest.mark.anyio


async def test_a_heartbeat_is_written_when_it_is_quiet():
    async with broker() as there, there.opened(Listener(), speak=0.04) as connection, connection.running():
        await there.until(lambda: there.lines.count(".") >= 3)
        assert connection.lost is None


async def test_a_broker_that_is_silent_for_too_long_is_given_up():
    async with broker() as there, there.opened(Listener(), hear=0.1) as connection, connection.running():
        with anyio.fail_after(20):
            await connection.over.wait()
        assert "silent for" in str(connection.lost)


async def test_without_an_agreement_nothing_is_written_or_missed():
    async with broker() as there, there.opened(Listener()) as connection, connection.running():
        await anyio.sleep(0.1)
        assert (there.lines, connection.lost) == (["HELLO"], None)
