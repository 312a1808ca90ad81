"""Which texts are values of a kind (XML Schema part 2, 3.2 and 3.3), for types whose values are kept as texts."""

from __future__ import annotations

import re
from typing import Final

_ZONE: Final = r"(?:Z|[+\-]\d\d:\d\d)?"
_DAY: Final = r"-?\d{4,9}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_CLOCK: Final = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
# 4 000 digits: int() refuses more than 4 300 with an error of its own (sys.int_info.default_max_str_digits)
PATTERNS: Final[dict[str, str]] = {
    "integer": r"[+\-]?\d{1,4000}",
    "decimal": r"[+\-]?(?:\d{1,4000}(?:\.\d*)?|\.\d+)",
    "float": r"[+\-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+\-]?\d{1,4})?|-?INF|NaN",
    "boolean": r"true|false|1|0",
    "date": _DAY + _ZONE,
    "time": _CLOCK + _ZONE,
    "dateTime": f"{_DAY}T{_CLOCK}{_ZONE}",
    "duration": r"-?P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
}
"""By kind, the pattern of its texts; a string may be any text."""
_COMPILED: Final = {kind: re.compile(pattern, re.ASCII) for kind, pattern in PATTERNS.items()}


def is_of_kind(text: str, kind: str) -> bool:
    """Return whether a text without white space around it is in the lexical space of a kind.

    Of a date it is not told whether its month has that day.

    >>> is_of_kind("65535", "integer"), is_of_kind("2026-03-01", "date"), is_of_kind("today", "date")
    (True, True, False)
    """
    compiled = _COMPILED.get(kind)
    return compiled is None or compiled.fullmatch(text) is not None
