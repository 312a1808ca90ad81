"""What of an intake a JMS broker can select: one pattern that covers all, and a selector for what it covers too much.

Pure. Rules:

* An intake is **one** subscription, however many patterns it has: several queues at the broker would not keep the order
  of a key between them.
* Our part of a selector never drops what has not the property it looks at: a peer may leave the properties out, and
  what its address says still counts. An inbox matches exactly in any case; a selector only saves traffic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cimbus.naming import FIELDS, Naming
from cimbus.topic import Pattern

SELECTABLE: Final = {"noun": "Noun", "verb": "Verb", "key": "Key"}
"""Properties that are the topic's levels, letter by letter (a context's case is not)."""
MOST: Final = 64
"""Of more patterns than that, the broker is not asked to tell them apart."""

_SAFE = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff\U00010000-\U0010ffff]{0,512}")


def covering(patterns: Sequence[Pattern]) -> Pattern:
    """Return the narrowest pattern that matches what any of these matches."""
    levels: list[str | None] = []
    for level in FIELDS:
        values = {getattr(pattern, level) for pattern in patterns}
        levels.append(values.pop() if len(values) == 1 else None)
    return Pattern(*levels)


def selector_of(patterns: Sequence[Pattern], naming: Naming, own: str = "") -> str:
    """Return a selector for patterns within what covers them; ``own`` is the user's, and holds besides."""
    ours = _ours(patterns, covering(patterns), naming)
    return f"({own}) AND ({ours})" if own and ours else own or ours


def _ours(patterns: Sequence[Pattern], whole: Pattern, naming: Naming) -> str:
    terms: dict[str, None] = {}
    for pattern in patterns:
        tests = [
            f"({name} IS NULL OR {name} = '{_quoted(value)}')"
            for level, name in SELECTABLE.items()
            if (value := getattr(pattern, level)) is not None
            and (level not in naming.fields or getattr(whole, level) is None)
            and _SAFE.fullmatch(value)
        ]
        if not tests:
            return ""
        terms[" AND ".join(tests)] = None
    if len(terms) > MOST:
        return ""
    return next(iter(terms)) if len(terms) == 1 else " OR ".join(f"({term})" for term in terms)


def _quoted(text: str) -> str:
    """Write a text between the quotes of a selector."""
    return text.replace("'", "''")
