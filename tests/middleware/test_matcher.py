"""The matcher finds what one would find by asking every pattern, and forgets what was taken back."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.matcher import CACHE_LIMIT, Matcher

LEVEL = st.sampled_from(["a", "b"])
KEY = st.sampled_from(["", "a", "b"])
TOPICS = st.builds(Topic, LEVEL, LEVEL, LEVEL, LEVEL, KEY)
OPEN = st.none() | LEVEL
PATTERNS = st.builds(Pattern, OPEN | st.sampled_from(["", "A"]), OPEN | st.just(""), OPEN, OPEN, st.none() | KEY)


class Matching(RuleBasedStateMachine):
    """Against a list of pairs."""

    def __init__(self):
        super().__init__()
        self.matcher = Matcher()
        self.pairs = []

    @rule(pattern=PATTERNS, value=st.integers(0, 3))
    def add(self, pattern, value):
        self.matcher.add(pattern, value)
        self.pairs.append((pattern, value))

    @rule(data=st.data())
    def remove(self, data):
        if self.pairs:
            pair = data.draw(st.sampled_from(self.pairs))
            self.matcher.remove(*pair)
            self.pairs.remove(pair)

    @rule(pattern=PATTERNS)
    def remove_what_is_not_there(self, pattern):
        with pytest.raises(KeyError):
            self.matcher.remove(pattern, "never added")

    @rule(topic=TOPICS)
    def match(self, topic):
        expected = Counter(value for pattern, value in self.pairs if pattern.matches(topic))
        assert Counter(self.matcher.match(topic)) == expected
        assert self.matcher.match(topic) is self.matcher.match(topic)

    def teardown(self):
        for pair in self.pairs:
            self.matcher.remove(*pair)
        assert not self.matcher._exact
        assert not self.matcher._trie


TestMatching = Matching.TestCase


def test_exact_patterns_come_first():
    matcher = Matcher()
    matcher.add(Pattern(), "all")
    matcher.add(Pattern("a", "b", "c", "d", ""), "exact")

    assert matcher.match(Topic("a", "b", "c", "d")) == ("exact", "all")


def test_the_cache_is_bounded():
    matcher = Matcher()
    matcher.add(Pattern(context="a"), "a")
    for number in range(CACHE_LIMIT + 10):
        matcher.match(Topic("a", "b", "c", "d", f"{number}"))

    assert len(matcher._cache) <= CACHE_LIMIT


def test_what_is_added_or_taken_back_counts_from_then_on():
    matcher = Matcher()
    topic = Topic("a", "b", "c", "d")
    assert matcher.match(topic) == ()
    matcher.add(Pattern(noun="c"), 1)
    assert matcher.match(topic) == (1,)
    matcher.remove(Pattern(noun="c"), 1)
    assert matcher.match(topic) == ()
