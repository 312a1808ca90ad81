"""Frames as Kafka records, and back. Pure, but for the log of what is skipped.

A record's key is the topic's key as UTF-8 (none if it is empty), its headers are the frame's properties, its value is
the body. Records of producers that do not know cimbus are read, too (``KeyedTopics``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from cimbus.errors import MessageTooLargeError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import NO_PROPERTIES, Frame
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import AssignedPartition, KeyedTopics, ReceivedFrame, ThrottledLog
from cimbus.middleware.net.murmur2 import partition_hash
from cimbus.middleware.safe_log import safe_logger

from .aiokafka_types import AiokafkaRecord
from .options import DEFAULT_MAX_MESSAGE, ENVELOPE

OVERHEAD: Final = 61 + 24
"""Bytes of a batch of one record besides key, value and headers, at most: the batch's header has 61, the record's own
fields (length, attributes, deltas, lengths) at most 24 (message format v2, KIP-98)."""
HEADER_OVERHEAD: Final = 10
"""Bytes of a header besides its name and value, at most: two lengths, each a varint of up to 5 bytes."""
UTF8_MAX: Final = 4
"""Bytes of UTF-8 per character of a property's name, at most (RFC 3629, 3)."""
CACHED: Final = 16_384
"""How many topics are remembered with their name, key and hash: a few MB. Hashing a key costs more than sending it."""

Headers = list[tuple[str, bytes]]

log = safe_logger("cimbus.kafka")


class OutgoingRecord(msgspec.Struct, frozen=True, gc=False):
    """A record to be sent to a topic; ``hash`` chooses its partition, with None the sender chooses."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers
    hash: int | None
    size: int
    """Bytes in a batch, at most."""
    create: bool = True
    """Whether its topic may be created."""


class RecordWriter:
    """Makes records of frames.

    Args:
        naming: how topics are written.
        max_message: the largest record, in bytes; what is compressed counts as large as it is then.
        compress: returns a body as a batch compresses it, None: it does not.
        most: the largest record before that, in bytes.
    """

    def __init__(
        self,
        naming: Naming,
        max_message: int = DEFAULT_MAX_MESSAGE,
        *,
        compress: Callable[[bytes], bytes] | None = None,
        most: int = 0,
    ) -> None:
        self._naming = naming
        self._max_message = max_message
        self._compress = compress
        self._most = most
        self._destination = lru_cache(CACHED)(self._find_destination)

    def write(self, frame: Frame) -> OutgoingRecord:
        """Write a frame.

        Raises:
            ValueError: its address is not one of Kafka's.
            MessageTooLargeError: it is larger than the option max_message.
        """
        name, key, hashed = self._destination(frame.topic)
        if frame.address is not None:
            name = topic_of(frame.address)
        properties, body = frame.properties, frame.body
        try:
            texts = [text.encode() for text in properties.values()]
        except UnicodeEncodeError:  # bytes that were not UTF-8 when they were received
            texts = [text.encode("utf-8", "surrogateescape") for text in properties.values()]
        size = OVERHEAD + len(body) + len(key or b"") + HEADER_OVERHEAD * len(texts)
        size += UTF8_MAX * len("".join(properties)) + len(b"".join(texts))  # half of what sums of lengths cost
        if size > self._max_message or len(body) > self._max_message - ENVELOPE:
            self._check_size(body, size)
        headers = list(zip(properties, texts, strict=True))
        return OutgoingRecord(name, key, body, headers, hashed, size, frame.create)

    def _check_size(self, body: bytes, size: int) -> None:
        """Refuse a record that no broker would take; brokers look at the size of a batch, which may be compressed.

        Raises:
            MessageTooLargeError: it is too large, compressed, too.
        """
        limit, counted, how = self._max_message, max(size, len(body) + ENVELOPE), ""
        if self._compress is not None and size <= self._most:
            counted = size - len(body) + len(self._compress(body))
            if counted <= limit:
                return
            how = ", compressed"
        raise MessageTooLargeError(
            f"a record of {counted} bytes{how}; the option max_message is {limit}, and must be no more than the "
            "broker's message.max.bytes (or the topic's max.message.bytes)",
            counted,
            limit,
        )

    def _find_destination(self, topic: Topic) -> tuple[str, bytes | None, int | None]:
        """Return the topic's name, the key and its hash."""
        key = topic.key.encode("utf-8", "surrogateescape") if topic.key else None
        return self._naming.address(topic), key, None if key is None else partition_hash(key)


def topic_of(address: str) -> str:
    """Return the name of the topic that a literal destination means.

    Legal names: org.apache.kafka.common.internals.Topic (letters, digits, ``.``, ``_``, ``-``; 249 at most).

    Raises:
        ValueError: it means none.
    """
    name = address.removeprefix("topic:")
    if name.startswith("queue:"):
        raise ValueError(f"Kafka has no queues: {address!r}")
    if not 0 < len(name) <= 249 or name in (".", "..") or not name.isascii() or not _legal(name):
        raise ValueError(f"not the name of a Kafka topic: {address!r}")
    return name


def _legal(name: str) -> bool:
    return name.replace(".", "").replace("_", "").replace("-", "").isalnum() or not name.strip("._-")


class RecordReader:
    """Makes frames of records, where the patterns match."""

    def __init__(self, naming: Naming, patterns: Iterable[Pattern]) -> None:
        self._topic = KeyedTopics(naming, patterns).topic

    def read(self, name: str, record: AiokafkaRecord) -> Frame | None:
        """Read a record of the topic of that name; None if no pattern matches.

        Raises:
            ValueError: the topic's name does not fit the template, or lacks what the headers do not say either.
        """
        headers = record.headers
        properties: Mapping[str, str] = NO_PROPERTIES
        if headers:
            try:
                properties = {word: text.decode() if text else "" for word, text in headers}
            except UnicodeDecodeError:
                properties = {word: (text or b"").decode("utf-8", "surrogateescape") for word, text in headers}
        topic = self._topic(name, record.key, properties)
        return None if topic is None else Frame(topic=topic, body=record.value or b"", properties=properties)


class BatchReader:
    """Reads the records of a fetch as the frames of a subscription, and notes them in their partition's tracker.

    Attributes:
        skipped: how many records were skipped because they are not written as our topics are.
        left_out: how many headers were left out because their names are not UTF-8.
    """

    def __init__(self, naming: Naming, patterns: Iterable[Pattern]) -> None:
        self.skipped = self.left_out = 0
        self._read = RecordReader(naming, patterns).read
        self._throttled = ThrottledLog(log)

    def read(self, partition: AssignedPartition, records: Sequence[AiokafkaRecord]) -> list[ReceivedFrame]:
        """Read records of one partition, in order, without those that no pattern matches."""
        found: list[ReceivedFrame] = []
        tracker, name, before = partition.tracker, partition.where[0], partition.before
        for record in records:
            offset = record.offset
            try:
                frame = self._read(name, record)
            except Exception as exc:  # noqa: BLE001  # whatever one record does to us, the next one is received
                self._skip(name, exc)
                frame = None
            if frame is None:
                tracker.skipped(offset)
            else:
                tracker.came(offset)
                found.append((frame, (partition, offset), 2 if offset < before else 1))
        return found

    def _skip(self, name: str, exc: Exception) -> None:
        self.skipped += 1
        self._throttled.warning("skipped a record of %r: %s (%d in all)", name, exc, self.skipped)

    def count_left_out(self, offset: int, count: int) -> None:
        """Count headers that were left out of a record, and report it, at a bounded rate."""
        self.left_out += count
        text = "left out of the record at offset %d: a header whose name is not UTF-8 (%d in all)"
        self._throttled.warning(text, offset, self.left_out)
