"""Which topics patterns name and match, and one pattern that covers all."""

from __future__ import annotations

from cimbus.interface.topic import Pattern
from cimbus.middleware.naming import AddressSyntax, Naming
from cimbus.middleware.net import TopicSelection, covering

NAMING = Naming("{context}.{kind}.{noun}", AddressSyntax(separator=".", escape="_", legal="[A-Za-z0-9-]", limit=249))


def test_one_pattern_covers_all():
    one, two = Pattern(context="a", noun="X", verb="created"), Pattern(context="a", noun="Y", verb="created")
    assert covering([one]) == one
    assert covering([one, two]) == Pattern(context="a", verb="created")


def test_names_are_fixed_where_the_patterns_say_all_that_stands_in_them():
    names = TopicSelection(NAMING, (Pattern("a", "events", "N", None, "k"), Pattern("a", "events", "M")))
    assert names.fixed == {"a.events.N", "a.events.M"}
    assert not names.open
    assert names.match("a.events.M")
    assert not names.match("a.events.O")


def test_names_are_open_where_they_do_not():
    names = TopicSelection(NAMING, (Pattern(context="a"), Pattern(noun="N")), never="ours")
    assert names.open
    for name, wanted in (("a.events.X", True), ("b.replies.N", True), ("b.replies.X", False), ("ours", False)):
        assert names.match(name) == wanted


def test_a_topic_of_the_transports_own_is_never_matched():
    patterns = [Pattern()]
    naming = Naming("{noun}", NAMING.syntax)

    assert TopicSelection(naming, patterns).match("ours")
    assert not TopicSelection(naming, patterns, never="ours").match("ours")
