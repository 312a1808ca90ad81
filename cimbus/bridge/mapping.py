"""What a topic of one bus is on the other. Pure.

A template is written in levels, ``context/kind/noun/verb/key`` (the key may be left out, and stays then), each a
placeholder or fixed text: ``test/{kind}/{noun}/{verb}/{key}``. Noun and verb stay what they are: they are the
message's. ``topic:NAME`` or ``queue:NAME`` with placeholders in it is a literal destination of the other middleware:
``queue:OUTAGE.{noun}.{verb}``. A placeholder in upper case, as in ``{CONTEXT}``, writes it so in a destination.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from cimbus.interface.topic import Kind, Topic

FIELDS: Final = ("context", "kind", "noun", "verb", "key")
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_STRUCTURE: Final = re.compile(r"[./*>#+$:?\x00-\x20\x7f]")
"""What separates levels, or is a wildcard, a prefix or an option, in destinations of some broker."""
_LITERAL: Final = ("topic:", "queue:")


class TopicMapping:
    """One template.

    Raises:
        ValueError: it has an unknown placeholder, too few or too many levels, or would change noun or verb.

    >>> mapping = TopicMapping("test/{kind}/{noun}/{verb}/{key}")
    >>> str(mapping.topic(Topic("production", "events", "EndDeviceEvents", "created", "meter-7")))
    'test/events/EndDeviceEvents/created/meter-7'
    """

    def __init__(self, template: str) -> None:
        self.template = template
        self.literal = template.startswith(_LITERAL)
        """It names a destination, not a topic."""
        known = {*FIELDS, *(field.upper() for field in FIELDS)} if self.literal else set(FIELDS)
        if unknown := [word for word in _PLACEHOLDER.findall(template) if word not in known]:
            raise ValueError(f"unknown placeholder {{{unknown[0]}}}; there are {', '.join(f'{{{f}}}' for f in FIELDS)}")
        self._levels = [] if self.literal else template.split("/")
        if not self.literal:
            self._check()
        elif not template.partition(":")[2]:
            raise ValueError(f"the destination {template!r} has no name")

    def _check(self) -> None:
        levels = self._levels
        if len(levels) not in (4, 5) or not all(levels[:4]):
            raise ValueError(f"a mapping has the levels context/kind/noun/verb/key, not {self.template!r}")
        if levels[2] != "{noun}" or levels[3] != "{verb}":
            raise ValueError("a mapping keeps {noun} and {verb} in their places: they are the message's")
        if levels[0] != "{context}" and levels[0] != levels[0].lower():
            raise ValueError(f"a context is lower case: {levels[0]!r}")
        if levels[1] != "{kind}" and levels[1] not in set(Kind):
            raise ValueError(f"a kind is {', '.join(Kind)}, not {levels[1]!r}")

    def topic(self, topic: Topic) -> Topic:
        """Return the topic on the other side."""
        if self.literal:
            return topic
        words = [self._filled(level, topic) for level in self._levels]
        return Topic(*words, *((topic.key,) if len(words) == 4 else ()))

    def address(self, topic: Topic) -> str | None:
        """Return the literal destination on the other side, None where topics are named as usual."""
        return self._filled(self.template, topic, escape=True) if self.literal else None

    @staticmethod
    def _filled(text: str, topic: Topic, *, escape: bool = False) -> str:
        def value(found: re.Match[str]) -> str:
            word: str = getattr(topic, found[1].lower())
            if escape:  # a word fills one level, and stays in it
                word = _STRUCTURE.sub(lambda each: f"_{ord(each[0]):02X}", word)
            return word.upper() if found[1].isupper() else word

        return _PLACEHOLDER.sub(value, text)

    def __repr__(self) -> str:
        return f"Mapping({self.template!r})"


Map = TopicMapping | Callable[[Topic], Topic]
"""A template, or a function of one's own."""
