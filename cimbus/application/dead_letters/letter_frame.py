"""Dead letters as frames on the bus. Pure.

A frame with a letter has one line of JSON, which says what happened, and behind it the octets that were delivered, so
that a letter is hardly larger than its message.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

import msgspec

from cimbus.errors import DecodeError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import SubscriptionSpec

from .letter import DeadLetter
from .table import printable

LETTERS: Final = "deadletters"
"""The kind of topic that letters are kept on."""
REPLAYS: Final = "replays"
"""The kind of topic by which a letter goes to the consumer that gave up."""
KINDS: Final = frozenset((LETTERS, REPLAYS))
GROUP: Final = "dead-letters"
"""The durable group that keeps letters."""
MOST: Final = 10_000
"""How many letters are looked at: 100 MB at 10 kB a letter."""


class _Head(msgspec.Struct, frozen=True):
    """The first line: the letter without its octets, and how many of those behind it are the body."""

    letter: DeadLetter
    size: int


def frame_of_letter(letter: DeadLetter) -> Frame:
    """Return the frame by which a letter is kept."""
    topic = letter.frame.topic
    return _frame(letter, Topic(topic.context, LETTERS, topic.noun, topic.verb, topic.key))


def frame_of_replay(letter: DeadLetter) -> Frame:
    """Return the frame by which a letter goes to its consumer."""
    return _frame(letter, replay_topic(letter.frame.topic.context, letter.consumer, letter.frame.topic.key))


def replay_topic(context: str, consumer: str, key: str = "") -> Topic:
    """Return the topic by which letters go to a consumer; its name, which may have any character, is a digest."""
    digest = hashlib.sha256(consumer.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Topic(context, REPLAYS, f"consumer-{digest}", "replay", key)


def _frame(letter: DeadLetter, topic: Topic) -> Frame:
    octets = letter.frame.body + (letter.original or b"")
    plain = msgspec.structs.replace(
        letter,
        frame=msgspec.structs.replace(letter.frame, body=b""),
        original=None if letter.original is None else b"",
        reason=printable(letter.reason),
    )
    head = msgspec.to_builtins(_Head(plain, len(letter.frame.body)))
    # surrogates stay as they are: two that are escaped would be read as one character
    line = json.dumps(head, ensure_ascii=False).encode("utf-8", "surrogatepass")
    properties = {
        "Context": topic.context,
        "Noun": topic.noun,
        "Verb": topic.verb,
        "Consumer": printable(letter.consumer),
    }
    if topic.key:
        properties["Key"] = topic.key
    return Frame(topic=topic, body=line + b"\n" + octets, properties=properties)


def letter_in(frame: Frame) -> DeadLetter:
    """Return the letter of a frame.

    Raises:
        DecodeError: it has none.
    """
    line, _, octets = frame.body.partition(b"\n")
    try:
        found: Any = json.loads(line.decode("utf-8", "surrogatepass"))
        head = msgspec.convert(found, _Head)
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"no dead letter: {error}") from None
    letter, size = head.letter, head.size
    return msgspec.structs.replace(
        letter,
        frame=msgspec.structs.replace(letter.frame, body=octets[:size]),
        original=None if letter.original is None else octets[size:],
    )


def letters_spec() -> SubscriptionSpec:
    """Return the subscription that keeps all letters."""
    return SubscriptionSpec(patterns=(Pattern(kind=LETTERS),), group=GROUP, durable=True, credit=MOST)


def replays_spec(consumer: str) -> SubscriptionSpec:
    """Return the subscription that keeps what a consumer is to handle again."""
    noun = replay_topic("any", consumer).noun
    return SubscriptionSpec(patterns=(Pattern(kind=REPLAYS, noun=noun),), group=f"{GROUP}.{noun}", durable=True)
