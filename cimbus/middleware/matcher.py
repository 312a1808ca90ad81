"""Which of many patterns match a topic: an exact dictionary, a trie for wildcards, a bounded cache in front."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from cimbus.interface.topic import Pattern, Topic

T = TypeVar("T")

CACHE_LIMIT = 4_096
"""Topics in the cache: about 1 MB. A utility has some hundred topics without keys, and any number with."""


class Matcher(Generic[T]):
    """Values registered under patterns, found by topic.

    >>> matcher: Matcher[str] = Matcher()
    >>> matcher.add(Pattern(noun="MeterReadings"), "readings")
    >>> matcher.match(Topic("production", "events", "MeterReadings", "created"))
    ('readings',)

    The cost of ``match`` does not grow with the number of patterns that share no wildcard with the topic; a topic seen
    before is one dictionary look-up. Every topic may have a key of its own, so the cache is emptied when it is full.
    """

    def __init__(self) -> None:
        self._exact: dict[Topic, list[T]] = {}
        self._trie: dict[str | None, Any] = {}
        self._cache: dict[Topic, tuple[T, ...]] = {}

    def add(self, pattern: Pattern, value: T) -> None:
        """Register ``value``; the same pair may be registered more than once and then counts as often."""
        self._cache.clear()
        self._place(pattern).append(value)

    def remove(self, pattern: Pattern, value: T) -> None:
        """Remove one registration.

        Raises:
            KeyError: it was not registered.
        """
        topic = _only_topic(pattern)
        path: list[dict[Any, Any]] = [self._exact if topic is not None else self._trie]
        steps: tuple[Any, ...] = (topic,) if topic is not None else (*pattern.levels, "values")
        for step in steps[:-1]:
            path.append(path[-1].get(step, {}))
        place: list[T] = path[-1].get(steps[-1], [])
        if value not in place:
            raise KeyError(str(pattern))
        place.remove(value)
        self._cache.clear()
        for node, step in zip(reversed(path), reversed(steps), strict=True):
            if node[step]:
                break
            del node[step]  # inboxes for replies come and go, each with a pattern of its own

    def match(self, topic: Topic) -> tuple[T, ...]:
        """Return the values whose pattern matches, exact ones first."""
        found = self._cache.get(topic)
        if found is None:
            if len(self._cache) >= CACHE_LIMIT:
                self._cache.clear()
            found = self._cache[topic] = self._find(topic)
        return found

    def _find(self, topic: Topic) -> tuple[T, ...]:
        nodes: list[dict[str | None, Any]] = [self._trie]
        for level in topic.levels:
            nodes = [node[branch] for node in nodes for branch in (level, None) if branch in node]
        return (*self._exact.get(topic, ()), *(value for leaf in nodes for value in leaf.get("values", ())))

    def _place(self, pattern: Pattern) -> list[T]:
        """Return the list of values of a pattern, made on first use."""
        topic = _only_topic(pattern)
        if topic is not None:
            return self._exact.setdefault(topic, [])
        node = self._trie
        for level in pattern.levels:
            node = node.setdefault(level, {})
        place: list[T] = node.setdefault("values", [])
        return place


def _only_topic(pattern: Pattern) -> Topic | None:
    """Return the one topic that a pattern matches; None: it matches many, or none at all."""
    context, kind, noun, verb, key = pattern.levels
    if context and context == context.lower() and kind and noun and verb and key is not None:
        return Topic(context, kind, noun, verb, key)
    return None
