"""A client that receives nothing is noticed, unless there is a reason for that."""

from __future__ import annotations

import asyncio

import pytest

from cimbus.middleware.net import stall_watchdog
from cimbus.middleware.net.stall_watchdog import MAX_STALLED_CHECKS, StalledError, watch

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("anyio_backend", ["asyncio"])]


class Client:
    """A client that is behind, for some checks."""

    def __init__(self, *, behind=(), waits=0, delivers=0):
        self._behind = list(behind)
        self._waits, self._delivers = waits, delivers
        self.checks = self.count = 0

    async def behind(self):
        self.checks += 1
        return self._behind.pop(0) if self._behind else True

    def delivered(self):
        if self._delivers:
            self._delivers -= 1
            self.count += 1
        return self.count

    def waits(self):
        self._waits -= 1
        return self._waits >= 0


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(stall_watchdog, "CHECK_INTERVAL", 0)


@pytest.mark.parametrize(
    ("client", "checks"),
    [
        (Client(), MAX_STALLED_CHECKS),
        (Client(behind=[True, False]), 2 + MAX_STALLED_CHECKS),
        (Client(waits=3), MAX_STALLED_CHECKS),
        (Client(delivers=5), MAX_STALLED_CHECKS),
    ],
)
async def test_a_client_is_stalled_after_checks_in_a_row_without_progress(client, checks):
    with pytest.raises(StalledError):
        async with asyncio.timeout(5):
            await watch(client.behind, client.delivered, client.waits)

    assert client.checks == checks
