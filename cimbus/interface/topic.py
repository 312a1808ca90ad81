"""Topics by noun: five levels, never a string.

A ``Topic`` names one place to publish to; a ``Pattern`` selects the topics to subscribe to. They share no base class,
so that a program cannot publish to a Pattern by mistake. ``middleware.naming`` writes either as a broker's address.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec

DEFAULT_CONTEXT: Final = "production"
"""Header.Context when a message has none. Context is optional in HeaderType (IEC 61968-100 Ed. 1), and the first of the
values that earlier schemas enumerate is PRODUCTION: a system under test must say TESTING, not the other way round."""


class Kind(enum.StrEnum):
    """What a message is to the middleware: a request to one application, its reply, or an event for all.

    >>> Kind("events") is Kind.events
    True
    """

    events = "events"
    requests = "requests"
    replies = "replies"


# a member of an enumeration is looked up by code in Python (3.11), three times as slowly as a global
_EVENTS: Final = Kind.events
_REQUESTS: Final = Kind.requests
_REPLIES: Final = Kind.replies


class Topic(msgspec.Struct, frozen=True, gc=False):
    """One place to publish to.

    ``context`` is Header.Context in lower case, ``noun`` and ``verb`` are the header's words, ``key`` is the mRID or
    name of the object that the message is about (empty when it is about none in particular).

    Raises:
        ValueError: a level other than the key is empty, or the context is not lower case.

    >>> topic = Topic("production", Kind.events, "EndDeviceEvents", "created", "meter-7")
    >>> print(topic)
    production/events/EndDeviceEvents/created/meter-7
    """

    context: str
    kind: str
    noun: str
    verb: str
    key: str = ""

    def __post_init__(self) -> None:
        if not (self.context and self.kind and self.noun and self.verb):
            raise ValueError(f"a topic needs context, kind, noun and verb: {self.levels}")
        if self.context != self.context.lower():
            raise ValueError(f"a topic's context is lower case: {self.context!r}")

    @property
    def levels(self) -> tuple[str, str, str, str, str]:
        """The five levels in order."""
        return (self.context, self.kind, self.noun, self.verb, self.key)

    def __str__(self) -> str:
        return "/".join(self.levels if self.key else self.levels[:4])


class Pattern(msgspec.Struct, frozen=True, gc=False):
    """The topics to subscribe to; a level that is None accepts anything.

    >>> pattern = Pattern(kind=Kind.events, noun="EndDeviceEvents")
    >>> print(pattern)
    +/events/EndDeviceEvents/+/+
    >>> pattern.matches(Topic("production", Kind.events, "EndDeviceEvents", "created"))
    True
    """

    context: str | None = None
    kind: str | None = None
    noun: str | None = None
    verb: str | None = None
    key: str | None = None

    def matches(self, topic: Topic) -> bool:
        """Return whether every level that this pattern fixes is the topic's.

        >>> Pattern(verb="created").matches(Topic("production", Kind.events, "MeterReadings", "changed"))
        False
        """
        # noun and verb first: they differ most, and a matcher calls this for every subscription
        return (
            (self.noun is None or self.noun == topic.noun)
            and (self.verb is None or self.verb == topic.verb)
            and (self.kind is None or self.kind == topic.kind)
            and (self.context is None or self.context == topic.context)
            and (self.key is None or self.key == topic.key)
        )

    @property
    def levels(self) -> tuple[str | None, str | None, str | None, str | None, str | None]:
        """The five levels in order; None accepts anything."""
        return (self.context, self.kind, self.noun, self.verb, self.key)

    def __str__(self) -> str:
        return "/".join("+" if level is None else level for level in self.levels)


_PAST: Final = {
    "cancel": "canceled",
    "change": "changed",
    "close": "closed",
    "create": "created",
    "delete": "deleted",
    "execute": "executed",
}


def past_tense(verb: str) -> str:
    """Return the past tense of a verb of a request, and any other verb as it is.

    >>> past_tense("create"), past_tense("created"), past_tense("get")
    ('created', 'created', 'get')
    """
    return _PAST.get(verb, verb)


def kind_of_verb(verb: str) -> str:
    """Return the kind of message that a verb makes: past tense events, ``reply`` replies, everything else requests.

    The rule is by the ending, so that it holds for verbs outside the fourteen of Edition 1, too ("updated").

    >>> kind_of_verb("created"), kind_of_verb("reply"), kind_of_verb("get")
    (<Kind.events: 'events'>, <Kind.replies: 'replies'>, <Kind.requests: 'requests'>)
    """
    if verb == "reply":
        return _REPLIES
    return _EVENTS if verb.endswith("ed") else _REQUESTS
