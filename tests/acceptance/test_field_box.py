"""A box that publishes over a bad link and is killed: all arrives, in order, and is handled once.

The same by hand with as many events and kills as one likes: see ``field_box``.
"""

from __future__ import annotations

import pytest

from cimbus.testing.brokers.fixtures import needed

from .field_box import KINDS, run

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # the box is a process of its own
@pytest.mark.parametrize("kind", KINDS)
async def test_all_arrives_in_order_and_once(kind, tmp_path, monkeypatch):
    needed(KINDS[kind][0].name)
    monkeypatch.setenv("CIMBUS_DEAD_LETTERS", str(tmp_path / "letters.db"))
    outcome = await run(kind, count=2_000, kills=4, away=1.0, folder=tmp_path)
    assert (outcome.lost, outcome.repeated, outcome.reordered) == (0, 0, 0), outcome
    assert outcome.kills == 4
