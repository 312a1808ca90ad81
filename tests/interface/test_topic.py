"""Topics have five levels, and patterns match them level by level."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.interface.topic import Kind, Pattern, Topic

LEVEL = st.sampled_from(["a", "b", "c"])
TOPICS = st.builds(Topic, LEVEL, st.sampled_from(list(Kind)), LEVEL, LEVEL, st.sampled_from(["", "a", "b"]))


@given(topic=TOPICS, opened=st.tuples(*[st.booleans()] * 5))
def test_a_pattern_made_from_a_topic_matches_it_whatever_is_left_open(topic, opened):
    levels = [None if is_open else level for level, is_open in zip(topic.levels, opened, strict=True)]

    assert Pattern(*levels).matches(topic)


@given(topic=TOPICS, place=st.integers(0, 4))
def test_a_pattern_that_differs_in_one_level_does_not_match(topic, place):
    levels = list(topic.levels)
    levels[place] += "x"

    assert not Pattern(*levels).matches(topic)
    assert not Pattern(**{("context", "kind", "noun", "verb", "key")[place]: levels[place]}).matches(topic)


@pytest.mark.parametrize("place", range(4))
def test_only_the_key_may_be_empty(place):
    levels = ["production", "events", "Noun", "created", ""]
    assert Topic(*levels).key == ""
    levels[place] = ""
    with pytest.raises(ValueError, match="needs context, kind, noun and verb"):
        Topic(*levels)


def test_a_context_is_lower_case():
    with pytest.raises(ValueError, match="lower case"):
        Topic("Production", "events", "Noun", "created")


def test_both_can_be_shown():
    assert str(Topic("production", "events", "Noun", "created", "key")) == "production/events/Noun/created/key"
    assert str(Topic("production", "events", "Noun", "created")) == "production/events/Noun/created"
    assert str(Pattern(kind="events", key="key")) == "+/events/+/+/key"


def test_a_topic_cannot_be_changed():
    topic = Topic("production", "events", "Noun", "created")
    with pytest.raises(AttributeError):
        topic.key = "other"
