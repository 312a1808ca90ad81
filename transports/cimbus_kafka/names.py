"""Which topics an intake means: those that its patterns name, and those that they may find. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cimbus.naming import Naming
from cimbus.topic import Pattern, Topic

from .options import MARKER


class Names:
    """The topics of some patterns.

    Attributes:
        fixed: the topics that the patterns name.
        open: whether there may be others.
    """

    def __init__(self, naming: Naming, patterns: Iterable[Pattern]) -> None:
        self.fixed: set[str] = set()
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
        """Return whether a topic is meant."""
        if name in self.fixed:
            return True
        return self._matches is not None and name != MARKER and self._matches(name) is not None
