"""Well-formed messages in JSON to begin with: of every registered noun, in every kind of envelope."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from cimbus.interface.codecs import encode
from cimbus.interface.message import Message
from cimbus.interface.model import Noun
from cimbus.testing.sampling import sample

from .documents import OURS, message_of, nouns_of
from .values import START


def json_document(random: Random, nouns: Sequence[Noun] = ()) -> bytes:
    """Return a message in JSON, as cimbus writes it.

    Args:
        random: which one.
        nouns: what it is about; by default, our nouns.

    >>> json_document(Random("1")).count(b'"Header"')
    1
    """
    nouns = nouns or nouns_of(OURS)
    return encode(_sampled(random, nouns) if random.random() < 0.3 else message_of(random, nouns), "json")


def _sampled(random: Random, nouns: Sequence[Noun]) -> Message[Any]:
    """Return an event with a valid noun."""
    entry = random.choice(nouns)
    payload = sample(entry.cls, seed=random, full=random.random() < 0.2)
    return Message.of(payload, verb="created", timestamp=START, message_id="m-1")
