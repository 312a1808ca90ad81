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

from cimbus.topic import Kind, Topic

FIELDS: Final = ("context", "kind", "noun", "verb", "key")
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_LITERAL: Final = ("topic:", "queue:")


class Mapping:
    """One template.

    Raises:
        ValueError: it has an unknown placeholder, too few or too many levels, or would change noun or verb.
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
        return self._filled(self.template, topic) if self.literal else None

    @staticmethod
    def _filled(text: str, topic: Topic) -> str:
        def value(found: re.Match[str]) -> str:
            word: str = getattr(topic, found[1].lower())
            return word.upper() if found[1].isupper() else word

        return _PLACEHOLDER.sub(value, text)

    def __repr__(self) -> str:
        return f"Mapping({self.template!r})"


Map = Mapping | Callable[[Topic], Topic]
"""A template, or a function of one's own."""
