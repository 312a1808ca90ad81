"""What of a subscription a JMS broker can select: one pattern that covers all, and a selector for what is too much.

Pure. Rules:

* A subscription with several patterns is **one** subscription at the broker: several queues would not keep the order of
  a key between them.
* Our part of a selector never drops what lacks the property that it looks at: a peer may leave the properties out, and
  then its address decides. A consumer matches exactly in any case; a selector only saves traffic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cimbus.interface.topic import Pattern
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import covering

SELECTABLE: Final = {"noun": "Noun", "verb": "Verb", "key": "Key"}
"""Properties that equal a level of the topic exactly (Context does not: its case may differ)."""
MAX_PATTERNS: Final = 64
"""For more patterns than that no selector is made: brokers evaluate it for each message, and its length has limits."""

_SAFE = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff\U00010000-\U0010ffff]{0,512}")


def selector_of(patterns: Sequence[Pattern], naming: Naming, own: str = "") -> str:
    """Return a selector for patterns within what covers them, empty if none is needed; ``own`` is one of the user's.

    >>> from cimbus_jms.destinations import JMS_NAMING
    >>> selector_of([Pattern(noun="MeterReadings", key="meter-1")], JMS_NAMING)
    "(Key IS NULL OR Key = 'meter-1')"
    """
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
    if len(terms) > MAX_PATTERNS:
        return ""
    return next(iter(terms)) if len(terms) == 1 else " OR ".join(f"({term})" for term in terms)


def _quoted(text: str) -> str:
    """Write a text between the quotes of a selector."""
    return text.replace("'", "''")
