"""Topics by noun: five levels, never a string.

A ``Topic`` names one place to publish to; a ``Pattern`` names the topics one wants to hear. They share no base
class: whoever holds a Pattern cannot publish to it by mistake. How either is written on a broker is the
business of ``naming``.
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec

DEFAULT_CONTEXT: Final = "production"
"""Header.Context when a message has none (IEC 61968-100 Ed. 1, 5.3: production unless said otherwise)."""


class Kind(enum.StrEnum):
    """What a message is to the middleware: somebody's request, its reply, or an event for all."""

    events = "events"
    requests = "requests"
    replies = "replies"


class Topic(msgspec.Struct, frozen=True, gc=False):
    """One place to publish to.

    ``context`` is Header.Context in lower case, ``noun`` and ``verb`` are the header's words, ``key`` is the mRID or
    name of the object that the message is about (empty when it is about none in particular).

    Raises:
        ValueError: a level other than the key is empty, or the context is not lower case.
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
    """The topics one wants to hear; a level that is None accepts anything."""

    context: str | None = None
    kind: str | None = None
    noun: str | None = None
    verb: str | None = None
    key: str | None = None

    def matches(self, topic: Topic) -> bool:
        """Return whether every level that this pattern fixes is the topic's."""
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
