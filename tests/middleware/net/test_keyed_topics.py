"""The topics of records that have a key, and which of them patterns want."""

from __future__ import annotations

import pytest

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.naming import AddressSyntax, Naming
from cimbus.middleware.net import keyed_topics
from cimbus.middleware.net.keyed_topics import KeyedTopics

SYNTAX = AddressSyntax(separator=".", escape="_", legal="[A-Za-z0-9-]", limit=249)
NAMING = Naming("{context}.{kind}.{noun}", SYNTAX)
ALL = (Pattern(),)


def test_a_record_without_a_verb_has_the_one_that_is_usual():
    topics = KeyedTopics(NAMING, ALL)
    for kind, verb in (("events", "created"), ("requests", "get"), ("replies", "reply"), ("weather", "created")):
        assert topics.topic(f"area.{kind}.Meter", b"m1", {}) == Topic("area", kind, "Meter", verb, "m1")
        assert topics.topic(f"area.{kind}.Meter", b"m1", {"Verb": "changed"}).verb == "changed"


def test_patterns_choose_by_key_too():
    patterns = (Pattern(noun="A", key="x"), Pattern(noun="A", key=""), Pattern(noun="B"))
    topics = KeyedTopics(NAMING, patterns)
    for noun, key, wanted in (("A", "x", 1), ("A", "y", 0), ("A", "", 1), ("B", "y", 1), ("C", "x", 0)):
        assert bool(topics.topic(f"a.events.{noun}", key.encode(), {})) == bool(wanted), (noun, key)


def test_the_key_is_the_records_unless_its_properties_or_the_name_say_it():
    topics = KeyedTopics(NAMING, ALL)
    assert topics.topic("a.events.N", None, {}).key == ""
    assert topics.topic("a.events.N", b"\xff", {}).key == "\udcff"
    assert topics.topic("a.events.N", b"short", {"Key": "long"}).key == "long"
    whole = KeyedTopics(Naming("{noun}.{verb}.{key}", SYNTAX), ALL)
    assert whole.topic("N.created.k", b"other", {}).key == "k"


@pytest.mark.parametrize("name", ["area.events", "a.b.c.d"])
def test_a_topic_of_another_make_is_an_error(name):
    with pytest.raises(ValueError, match="template"):
        KeyedTopics(NAMING, ALL).topic(name, None, {})


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(keyed_topics, "CACHED_TOPICS", 3)
    topics = KeyedTopics(NAMING, ALL)
    for number in range(20):
        assert topics.topic(f"a.events.N{number}", b"k", {}).noun == f"N{number}"
    assert len(topics._topics) <= 3
