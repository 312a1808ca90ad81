"""A consumer with a connection of its own: what it skips, and how it ends."""

from __future__ import annotations

import logging

import pytest

from cimbus.errors import ClosedError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.net import ConnectedConsumer
from cimbus.middleware.transport import SubscriptionSpec

pytestmark = pytest.mark.anyio


def consumer(*patterns):
    return ConnectedConsumer(SubscriptionSpec(patterns=patterns), logging.getLogger("cimbus.test"))


async def test_a_topic_matches_any_of_the_patterns():
    found = consumer(Pattern(noun="A"), Pattern(noun="B", verb="created"))
    wanted = [Topic("c", "events", noun, verb) for noun, verb in (("A", "changed"), ("B", "created"))]
    assert [found._matches(topic) for topic in wanted] == [True, True]
    assert not found._matches(Topic("c", "events", "B", "changed"))


async def test_skipped_messages_are_counted_and_reported_at_a_bounded_rate(caplog):
    found = consumer(Pattern())
    for number in range(100):
        found._count_skipped("some/address", ValueError(f"reason {number}"))
    assert found.skipped == 100
    assert caplog.messages == ["skipped a message sent to 'some/address': reason 0 (1 in all)"]


async def test_closing_ends_receiving_and_waiting_for_a_connection():
    found = consumer(Pattern())
    found.close("the subscription was refused")
    found.close()
    with pytest.raises(ClosedError, match="was refused"):
        await found.receive()
    with pytest.raises(ClosedError, match="was refused"):
        await found.current.wait()
