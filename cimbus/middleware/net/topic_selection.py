"""What patterns are where a broker cannot take them all: names of topics, or one pattern that covers them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.naming import FIELDS, Naming


def covering(patterns: Sequence[Pattern]) -> Pattern:
    """Return the narrowest pattern that matches what any of these matches.

    >>> covering([Pattern(noun="MeterReadings", verb="created"), Pattern(noun="MeterReadings", verb="changed")])
    Pattern(context=None, kind=None, noun='MeterReadings', verb=None, key=None)
    """
    levels: list[str | None] = []
    for level in FIELDS:
        values = {getattr(pattern, level) for pattern in patterns}
        levels.append(values.pop() if len(values) == 1 else None)
    return Pattern(*levels)


class TopicSelection:
    """The topics that patterns name, and those that they match, where a broker has no wildcards.

    Args:
        naming: how topics are written.
        patterns: what is subscribed to.
        never: the name of a topic that no pattern matches: it is the transport's own.

    Attributes:
        fixed: the topics that the patterns name.
        open: whether they may match others, which have to be looked for.

    >>> from cimbus.middleware.naming import AddressSyntax
    >>> naming = Naming("{context}.{kind}.{noun}", AddressSyntax(separator=".", escape="_", legal="[a-zA-Z]", limit=99))
    >>> selection = TopicSelection(naming, [Pattern("production", "events", "EndDeviceEvents")])
    >>> selection.fixed, selection.open
    ({'production.events.EndDeviceEvents'}, False)
    """

    def __init__(self, naming: Naming, patterns: Iterable[Pattern], *, never: str = "") -> None:
        self.fixed: set[str] = set()
        self._never = never
        expressions: list[str] = []
        needed = naming.fields
        for pattern in patterns:
            if all(getattr(pattern, field) is not None for field in needed):
                context, kind, noun, verb, key = (level or "-" for level in pattern.levels)
                topic = Topic(context, kind, noun, verb, key if pattern.key else "")
                self.fixed.add(naming.address(topic))
            else:
                expressions.append(naming.regex(pattern))
        self.open = bool(expressions)
        self._matches = re.compile("|".join(expressions)).match if expressions else None

    def match(self, name: str) -> bool:
        """Return whether the subscription reads the topic of that name."""
        if name in self.fixed:
            return True
        return self._matches is not None and name != self._never and self._matches(name) is not None
