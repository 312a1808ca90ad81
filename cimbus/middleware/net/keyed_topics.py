"""Topics of cimbus where a broker's topics have no key, and each record has one. Pure.

Records of producers that do not know cimbus are read, too: what their properties do not say stands in the name of the
broker's topic, the key is the record's, and a missing verb is the usual one of the kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from cimbus.interface.topic import Kind, Pattern, Topic
from cimbus.middleware.naming import Naming

CACHED_TOPICS: Final = 16_384
"""How many topics are remembered, with their keys and without: a few MB each."""
USUAL_VERBS: Final[Mapping[str, str]] = {Kind.events: "created", Kind.requests: "get", Kind.replies: "reply"}
"""The verbs of messages whose producer does not name one, by kind."""


class KeylessTopic(msgspec.Struct, frozen=True):
    """A topic without its key, and which keys the patterns want of it."""

    context: str
    kind: str
    noun: str
    verb: str
    key: str | None
    """The key, where it stands in the topic's name."""
    keys: set[str] | None
    """The keys that the patterns want; None: all of them."""
    keyed: dict[str, Topic]
    """The topics with a key, by key: to find one costs less than to make and check it."""


class KeyedTopics:
    """Reads the topics of records, where the patterns match.

    >>> from cimbus.middleware.naming import AddressSyntax
    >>> naming = Naming("{context}.{kind}.{noun}", AddressSyntax(separator=".", escape="_", legal="[a-zA-Z]", limit=99))
    >>> topics = KeyedTopics(naming, [Pattern(noun="MeterReadings", key="meter-1")])
    >>> topics.topic("production.events.MeterReadings", b"meter-1", {})
    Topic(context='production', kind='events', noun='MeterReadings', verb='created', key='meter-1')
    >>> topics.topic("production.events.MeterReadings", b"meter-2", {}) is None
    True
    """

    def __init__(self, naming: Naming, patterns: Iterable[Pattern]) -> None:
        self._naming = naming
        self._patterns = tuple(patterns)
        self._topics: dict[tuple[str, str | None, str | None, str | None], KeylessTopic | None] = {}
        """What a topic's name and the properties Context, Noun and Verb mean; None: no pattern matches."""
        self._keyed = 0
        """How many topics with a key are remembered."""

    def topic(self, name: str, key: bytes | None, properties: Mapping[str, str]) -> Topic | None:
        """Return the topic of a record; None if no pattern matches.

        Args:
            name: of the broker's topic.
            key: of the record, as UTF-8; None: it has none.
            properties: of the record.

        Raises:
            ValueError: the name does not fit the template, or lacks what the properties do not say either.
        """
        get = properties.get
        known = (name, get("Context"), get("Noun"), get("Verb"))
        try:
            found = self._topics[known]
        except KeyError:
            found = self._read(known, properties)
        if found is None:
            return None
        text: str | None = get("Key") if found.key is None else found.key
        if text is None:
            text = "" if key is None else str(key, "utf-8", "surrogateescape")
        if (topic := found.keyed.get(text)) is not None:
            return topic
        if found.keys is not None and text not in found.keys:
            return None
        return self._remember(found, text)

    def _remember(self, found: KeylessTopic, key: str) -> Topic:
        """Return the topic with a key, and remember it."""
        if self._keyed >= CACHED_TOPICS:
            for each in self._topics.values():
                if each is not None:
                    each.keyed.clear()
            self._keyed = 0
        self._keyed += 1
        topic = found.keyed[key] = Topic(found.context, found.kind, found.noun, found.verb, key)
        return topic

    def _read(
        self, known: tuple[str, str | None, str | None, str | None], properties: Mapping[str, str]
    ) -> KeylessTopic | None:
        """Read a topic without its key, and remember which keys of it the patterns want."""
        name, _, _, verb = known
        naming = self._naming
        if not verb and "verb" not in naming.fields:
            kind = naming.topic(name, {**properties, "Verb": "?"}).kind
            properties = {**properties, "Verb": USUAL_VERBS.get(kind, "created")}
        topic = naming.topic(name, properties)
        if "key" not in naming.fields:
            topic = msgspec.structs.replace(topic, key="")
        keys: set[str] | None = set()
        for pattern in self._patterns:
            if msgspec.structs.replace(pattern, key=None).matches(topic) and keys is not None:
                keys = None if pattern.key is None else keys | {pattern.key}
        found = None
        if keys is None or keys:
            own = topic.key if "key" in naming.fields else None
            found = KeylessTopic(topic.context, topic.kind, topic.noun, topic.verb, own, keys, {})
        if len(self._topics) >= CACHED_TOPICS:
            self._topics.clear()
            self._keyed = 0
        self._topics[known] = found
        return found
