"""Times and numbers that are written as cimbus would write them, read without a regular expression.

Most are, and in measured values a text seldom stands twice: then a cache is of no use, and reading has to be cheap.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import cast

import msgspec

from .lexical_calendar import MAX_OFFSET


def exact_date_time(text: str) -> datetime | None:
    """Return the time that is written as cimbus would write it; None for any other text.

    >>> exact_date_time("2026-03-01T12:00:00Z").isoformat(), exact_date_time("2026-03-01T12:00:00.0Z")
    ('2026-03-01T12:00:00+00:00', None)
    """
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    if value.tzinfo is None or msgspec.to_builtins(value) != text:
        return None
    return value if text[-1] == "Z" or abs(cast("timedelta", value.utcoffset())) <= MAX_OFFSET else None


def exact_decimal(text: str) -> Decimal | None:
    """Return the number that is written as cimbus would write it; None for any other text.

    >>> exact_decimal("1.50"), exact_decimal("+1"), exact_decimal("NaN")
    (Decimal('1.50'), None, None)
    """
    try:
        value = Decimal(text)
    except ArithmeticError:
        return None
    return value if Decimal.__str__(value) == text and "E" not in text and value.is_finite() else None
