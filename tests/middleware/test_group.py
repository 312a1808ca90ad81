"""What tells one group from another."""

from __future__ import annotations

from cimbus.interface.topic import Kind, Pattern
from cimbus.middleware.group import GroupDescription, patterns_digest


def test_the_same_patterns_in_any_order_have_one_digest():
    one, two = Pattern(noun="A"), Pattern(noun="A", key="")

    assert patterns_digest([one, two]) == patterns_digest([two, one, two])
    assert patterns_digest([one]) != patterns_digest([two])
    assert patterns_digest([one]) != patterns_digest([one], "Area = 'north'")


def test_each_environment_has_groups_of_its_own():
    assert patterns_digest([Pattern(context="production")]) != patterns_digest([Pattern(context="test")])


def test_a_kind_is_the_same_as_text_or_as_a_member():
    assert patterns_digest([Pattern(kind=Kind.events)]) == patterns_digest([Pattern(kind="events")])


def test_a_digest_is_the_same_in_every_process_and_release():
    """It is part of names at brokers and of keys in files: a change of it would begin every group anew."""
    assert patterns_digest([Pattern(noun="MeterReadings")]) == "b4ec37f9"


def test_patterns_with_half_a_character_have_a_digest():
    assert len(patterns_digest([Pattern(key="\ud800")])) == 8


def test_a_group_without_a_backlog_or_with_a_consumer_is_not_abandoned():
    def group(consumers, backlog):
        return GroupDescription(name="g-1", group="g", receives=(), consumers=consumers, backlog=backlog)

    assert [group(*each).abandoned for each in ((0, 0), (1, 1), (0, 1))] == [False, False, True]
