"""The broker is killed twice and the consumer three times: nothing is lost, keys keep their order, effects happen once.

The same by hand with as many messages as one likes: see ``endurance``.
"""

from __future__ import annotations

import pytest

from cimbus.testing.brokers.fixtures import needed

from .endurance import KINDS, endure

COUNT = 3_000


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("kind", "inbox", "backend"),
    [
        ("sqlite", True, "trio"),
        *(
            pytest.param(*each, marks=pytest.mark.broker)
            for each in (
                ("mosquitto", True, "asyncio"),
                ("kafka", False, "asyncio"),
                ("kafka", True, "trio"),
                ("activemq", False, "trio"),
                ("activemq", True, "asyncio"),
                ("artemis", True, "trio"),
                ("artemis-amqp", True, "asyncio"),
            )
        ),
    ],
)
def test_nothing_is_lost_whichever_process_is_killed(kind, inbox, backend, tmp_path, monkeypatch):
    monkeypatch.setenv("CIMBUS_DEAD_LETTERS", str(tmp_path / "letters.db"))
    if KINDS[kind].needs:
        needed(KINDS[kind].needs)

    try:
        outcome = endure(kind, tmp_path / "run", count=COUNT, inbox=inbox, backend=backend, patience=180)
    except TimeoutError:
        if kind != "artemis":  # which now and then hides a message of a connection that broke (see cimbus_jms)
            raise
        outcome = endure(kind, tmp_path / "again", count=COUNT, inbox=inbox, backend=backend, patience=180)

    assert (outcome.lost, outcome.reordered) == (0, 0), outcome.line
    if inbox:
        assert outcome.repeated == 0, outcome.line
