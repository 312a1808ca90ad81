"""Frames as Kafka records, and back. Pure.

A record's key is the topic's key as UTF-8 (none if there is none), its headers are the frame's properties, its value is
the body. A record of a producer that knows nothing of this arrives, too: context, kind and noun stand in the name of
its topic, the key is the record's, and a verb that nobody says is the usual one of the kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

import msgspec

from cimbus.frame import NO_PROPERTIES, Frame
from cimbus.naming import Naming
from cimbus.topic import Kind, Pattern, Topic

from .murmur import positive

OVERHEAD: Final = 61 + 24
"""What a batch of one record holds besides key, value and headers, at most (message format v2)."""
CACHED: Final = 16_384
USUAL: Final[Mapping[str, str]] = {Kind.events: "created", Kind.requests: "get", Kind.replies: "reply"}
"""The verbs of messages whose producer does not say one, by kind."""

Headers = list[tuple[str, bytes]]


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """A record on its way to a topic; ``hash`` chooses its partition, None lets the sender choose."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers
    hash: int | None
    size: int
    """Bytes in a batch, at most."""


class Record(Protocol):
    """A record as it came."""

    @property
    def offset(self) -> int: ...  # noqa: D102
    @property
    def key(self) -> bytes | None: ...  # noqa: D102
    @property
    def value(self) -> bytes | None: ...  # noqa: D102
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...  # noqa: D102


class Writer:
    """Makes records of frames."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._places: dict[Topic, tuple[str, bytes | None, int | None]] = {}
        """What a topic becomes: name, key, hash. Hashing a key costs more than sending it."""

    def write(self, frame: Frame) -> Outgoing:
        """Write a frame.

        Raises:
            ValueError: its address is none of Kafka's.
        """
        name, key, hashed = self._places.get(frame.topic) or self._place(frame.topic)
        if frame.address is not None:
            name = topic_of(frame.address)
        properties, body = frame.properties, frame.body
        try:
            texts = [text.encode() for text in properties.values()]
        except UnicodeEncodeError:  # octets that were none of UTF-8 when they came
            texts = [text.encode("utf-8", "surrogateescape") for text in properties.values()]
        size = OVERHEAD + len(body) + len(key or b"") + 10 * len(texts)
        size += 3 * sum(map(len, properties)) + sum(map(len, texts))
        return Outgoing(name, key, body, list(zip(properties, texts, strict=True)), hashed, size)

    def _place(self, topic: Topic) -> tuple[str, bytes | None, int | None]:
        key = topic.key.encode("utf-8", "surrogateescape") if topic.key else None
        place = self._naming.address(topic), key, None if key is None else positive(key)
        if len(self._places) >= CACHED:
            self._places.clear()
        self._places[topic] = place
        return place


def topic_of(address: str) -> str:
    """Return the name of the topic that a literal destination means.

    Raises:
        ValueError: it means none.
    """
    name = address.removeprefix("topic:")
    if name.startswith("queue:"):
        raise ValueError(f"Kafka has no queues: {address!r}")
    if not 0 < len(name) <= 249 or name in (".", "..") or not name.isascii() or _strange(name):
        raise ValueError(f"not the name of a Kafka topic: {address!r}")
    return name


def _strange(name: str) -> bool:
    return not name.replace(".", "").replace("_", "").replace("-", "").isalnum() and name.strip("._-") != ""


class Head(msgspec.Struct, frozen=True):
    """A topic but for its key."""

    context: str
    kind: str
    noun: str
    verb: str
    key: str | None
    """The key, where it stands in the topic's name."""
    keys: set[str] | None
    """The keys that somebody wants; None: all of them."""


class Reader:
    """Makes frames of records, where the patterns match."""

    def __init__(self, naming: Naming, patterns: Iterable[Pattern]) -> None:
        self._naming = naming
        self._patterns = tuple(patterns)
        self._heads: dict[tuple[str, str | None, str | None, str | None], Head | None] = {}
        """What name, Context, Noun and Verb become; None: nobody wants it."""

    def read(self, name: str, record: Record) -> Frame | None:
        """Read a record of the topic of that name; None if no pattern matches.

        Raises:
            ValueError: the name of its topic is not of our template, or does not say enough.
        """
        headers = record.headers
        properties: Mapping[str, str] = NO_PROPERTIES
        if headers:
            try:
                properties = {word: text.decode() if text else "" for word, text in headers}
            except UnicodeDecodeError:
                properties = {word: (text or b"").decode("utf-8", "surrogateescape") for word, text in headers}
        get = properties.get
        known = (name, get("Context"), get("Noun"), get("Verb"))
        try:
            head = self._heads[known]
        except KeyError:
            head = self._head(known, properties)
        if head is None:
            return None
        key: str | None = get("Key") if head.key is None else head.key
        if key is None:
            key = "" if record.key is None else str(record.key, "utf-8", "surrogateescape")
        if head.keys is not None and key not in head.keys:
            return None
        topic = Topic(head.context, head.kind, head.noun, head.verb, key)
        return Frame(topic=topic, body=record.value or b"", properties=properties)

    def _head(
        self, known: tuple[str, str | None, str | None, str | None], properties: Mapping[str, str]
    ) -> Head | None:
        """Read a topic but for its key, and remember what it means to our patterns."""
        name, _, _, verb = known
        naming = self._naming
        if not verb and "verb" not in naming.fields:
            kind = naming.topic(name, {**properties, "Verb": "?"}).kind
            properties = {**properties, "Verb": USUAL.get(kind, "created")}
        topic = naming.topic(name, properties)
        if "key" not in naming.fields:
            topic = msgspec.structs.replace(topic, key="")
        keys: set[str] | None = set()
        for pattern in self._patterns:
            if msgspec.structs.replace(pattern, key=None).matches(topic) and keys is not None:
                keys = None if pattern.key is None else keys | {pattern.key}
        head = None
        if keys is None or keys:
            own = topic.key if "key" in naming.fields else None
            head = Head(topic.context, topic.kind, topic.noun, topic.verb, own, keys)
        if len(self._heads) >= CACHED:
            self._heads.clear()
        self._heads[known] = head
        return head
