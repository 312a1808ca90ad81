"""Fuzzers of records of Kafka, of URLs, and of frames that become messages or dead letters."""

from __future__ import annotations

import functools
import logging
import traceback
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import anyio

from cimbus import DeadLetters, Delivery, Frame, Pattern, Topic, UsageError
from cimbus.application.message_reader import MessageReader
from cimbus.bridge import hops
from cimbus.cli.output import shown
from cimbus.middleware import discovery
from cimbus_kafka.naming import KAFKA_NAMING
from cimbus_kafka.records import RecordReader, RecordWriter

from . import bases
from .damage import damaged, word, words

discovery.entry_points = functools.cache(discovery.entry_points)  # looking for them takes longer than all the rest
SECRET = "zK9-t0psecret"

# -- Kafka ------------------------------------------------------------------------------------------------------------


def octets(text: str) -> bytes:
    """Return a text as octets; surrogates make it other than UTF-8."""
    return text.encode("utf-8", "surrogatepass")


class Record:
    """What is used of aiokafka's records."""

    def __init__(self, random: Random) -> None:
        self.offset = random.randrange(1 << 62)
        self.key = random.choice((None, b"", b"k", b"\xff", b"\xed\xa0\x80", word(random).encode("utf-8", "replace")))
        self.value = random.choice((None, b"", b"<EventMessage/>", b"\xff"))
        self.headers = [
            # aiokafka gives names in UTF-8 only
            (name.encode("utf-8", "replace").decode(), random.choice((None, b"", b"\xff\x00", octets(value))))
            for name, value in words(random).items()
        ] * random.choice((1, 1, 2))
        self.topic = random.choice(("production.events.EndDeviceEvents", "a.b", word(random)))

    def __repr__(self) -> str:
        return f"Record({self.topic!r}, {self.key!r}, {self.value!r}, {self.headers!r})"


def kafka_record(record: Record) -> None:
    """Check that a record is read or refused, and that what was read can be written."""
    with suppress(ValueError):
        frame = RecordReader(KAFKA_NAMING, (Pattern(),)).read(record.topic, record)
        if frame is None:
            return
        assert frame.body == (record.value or b"")
        try:
            written = RecordWriter(KAFKA_NAMING).write(frame)
        except UnicodeError as error:
            raise AssertionError(f"read, and not written: {error}") from error
        assert written.value == frame.body


# -- URLs -------------------------------------------------------------------------------------------------------------

URL_TOKENS = [
    "@", ":", "/", "//", "?", "#", "&", "=", "[", "]", "[::1]", "%", "%40", "%2F", "\n", "\t", " ", "\0", "\u2100",
    "\ud800",
    "qos=1", "?nope=1", "?template={x}", "?max_body=", "?also=a:b", "?password_file=/nowhere", "65536", ":1", "999999",
    "mqtt:", "sqlite:", "memory:", "kafka://", "user", "localhost", "host", "insecure=true", "é", "%zz",
]  # fmt: skip


def urls(random: Random) -> str:
    """Return something like a URL with a password."""
    scheme = random.choice((*discovery.schemes(), "x", "", "MQTT"))
    parts = [scheme, random.choice(("://", ":///", ":", ":/")), "user:", SECRET, "@", "host"]
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        parts.insert(random.randrange(len(parts) + 1), random.choice(URL_TOKENS))
    text = "".join(parts)
    return text if text.rfind("@") > text.find(SECRET) > text.find(":") >= 0 else f"{scheme}://u:{SECRET}@h"


def url(text: str) -> None:
    """Check that a URL is read or refused with ``UsageError``, and that no text holds its password."""
    found = [shown(text), hops.name_of(text)]
    try:
        transport = discovery.open_transport(text)
    except UsageError as error:
        found.append("".join(traceback.format_exception(error)))
    else:
        found += [repr(transport), repr(getattr(transport, "options", "")), repr(getattr(transport, "_address", ""))]
    for each in found:
        assert SECRET not in each, each


# -- frames through the reader and the dead letters -------------------------------------------------------------------


def frames(random: Random) -> tuple[Frame, str]:
    """Return a frame and the defect of its delivery."""
    body = damaged(random, random.choice(bases.xml() + bases.jsons()), [b"\0", b"<", b"{", b"]]>", b"\xff"])
    topic = Topic("production", "events", "EndDeviceEvents", "created", word(random)[:300])
    with suppress(ValueError):
        topic = Topic(*(word(random)[:300].lower() for _ in range(2)), *(word(random)[:300] for _ in range(3)))
    address = random.choice((None, None, word(random)))
    return Frame(topic=topic, body=body, properties=words(random), address=address), random.choice(("", "", "a defect"))


def frame_or_letter(given: tuple[Frame, str]) -> None:
    """Check that a delivery becomes a message, or a dead letter with all that was delivered."""
    frame, defect = given

    async def main() -> None:
        letters = DeadLetters()
        delivery = Delivery(frame, lambda *_: None, defect=defect)
        message = await MessageReader("fuzz", letters).read(delivery)
        kept = await letters.letters()
        letters.close()
        if message is not None:
            assert not defect
            assert not kept
            return
        (letter,) = kept
        assert letter.frame == frame
        assert delivery.outcome is not None
        reasons = ("DecodeError", "UnsafeError", "StrictError", "a defect")
        assert letter.reason.startswith(reasons), f"not refused, but failed: {letter.reason}"

    logging.disable(logging.CRITICAL)  # a line for each letter
    try:
        anyio.run(main)
    finally:
        logging.disable(logging.NOTSET)


DELIVERIES: dict[str, tuple[Callable[[Random], Any], Callable[[Any], None]]] = {
    "kafka": (Record, kafka_record),
    "url": (urls, url),
    "frame": (frames, frame_or_letter),
}
"""By name: what makes an input, and what checks it."""
