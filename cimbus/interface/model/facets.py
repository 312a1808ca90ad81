"""What the type of a field allows beyond its kind: pattern, bounds, lengths, default, nil (XML Schema part 2, 4.3)."""

from __future__ import annotations

import operator
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Meta

KEY: Final = "facets"
"""Where ``facets`` puts them in msgspec's metadata."""
_SHOWN: Final = 40
"""Characters of a value that are repeated in an error: enough to find it."""


class Facets(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The facets of one field; None or False: not limited.

    Attributes:
        pattern: a regular expression of Python that the whole text matches.
        min_length, max_length: of a text, in characters.
        ge, le, gt, lt: bounds of a number as texts (minInclusive, maxInclusive, minExclusive, maxExclusive).
        total_digits, fraction_digits: of a decimal.
        default: what an empty element means; an attribute that is missing means it, too, and is None all the same, so
            that it is not written where it was not read.
        fixed: the only text that is allowed.
        nillable: the element may be there without a value (``xsi:nil``, part 1, 2.6.2).

    >>> Facets(ge="0", le="100").refusal(Decimal(101))
    '101 is more than 100'
    """

    pattern: str = ""
    min_length: int = 0
    max_length: int | None = None
    ge: str | None = None
    le: str | None = None
    gt: str | None = None
    lt: str | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    default: str | None = None
    fixed: str | None = None
    nillable: bool = False

    def refusal(self, value: object) -> str:
        """Return why a value is not allowed; empty if it is.

        Args:
            value: a value of the field's kind.

        >>> Facets(pattern="[0-9a-f]{4}").refusal("12g4")
        "'12g4' does not match [0-9a-f]{4}"
        """
        if isinstance(value, str):
            return self._of_text(value)
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            return self._of_number(Decimal(value))
        return ""

    def _of_text(self, text: str) -> str:
        shown = repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
        if self.fixed is not None and text != self.fixed:
            return f"{shown} is not {self.fixed!r}, the only value that is allowed"
        if len(text) < self.min_length:
            return f"{shown} has fewer than {self.min_length} characters"
        if self.max_length is not None and len(text) > self.max_length:
            return f"{shown} has more than {self.max_length} characters"
        if self.pattern and _compiled(self.pattern).fullmatch(text) is None:
            return f"{shown} does not match {self.pattern}"
        return ""

    def _of_number(self, number: Decimal) -> str:
        if number.is_nan():
            return "NaN is in no range" if any((self.ge, self.le, self.gt, self.lt)) else ""
        for bound, words, inside in (
            (self.ge, "less than", operator.ge),
            (self.le, "more than", operator.le),
            (self.gt, "not more than", operator.gt),
            (self.lt, "not less than", operator.lt),
        ):
            if bound is not None and not inside(number, Decimal(bound)):
                return f"{number} is {words} {bound}"
        if number.is_finite() and (self.total_digits is not None or self.fraction_digits is not None):
            return self._of_digits(number.normalize())
        return ""

    def _of_digits(self, number: Decimal) -> str:
        exponent = number.as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        digits = max(len(number.as_tuple().digits), places) + max(0, exponent if isinstance(exponent, int) else 0)
        if self.fraction_digits is not None and places > self.fraction_digits:
            return f"{number} has more than {self.fraction_digits} digits behind the point"
        if self.total_digits is not None and digits > self.total_digits:
            return f"{number} has more than {self.total_digits} digits"
        return ""


NO_FACETS: Final = Facets()
"""Those of a field that has none."""


@lru_cache(256)  # patterns of schemas: most share one, that of a UUID
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def facets(
    *,
    pattern: str = "",
    min_length: int = 0,
    max_length: int | None = None,
    ge: float | Decimal | str | None = None,
    le: float | Decimal | str | None = None,
    gt: float | Decimal | str | None = None,
    lt: float | Decimal | str | None = None,
    total_digits: int | None = None,
    fraction_digits: int | None = None,
    default: object = None,
    fixed: str | None = None,
    nillable: bool = False,
) -> Meta:
    """Limit the values of a field; put what is returned into its annotation.

    Such as ``percent: Annotated[int | None, facets(ge=0, le=100)] = None``. Limits are checked by strict reading, by
    ``message.validate()`` and by ``encode(..., strict=True)``; lenient reading and writing let every value of the kind
    pass. See ``Facets`` for the arguments.

    Raises:
        ValueError: the pattern is no regular expression, a bound is no number, or a length is negative.

    >>> facets(ge=0, le=100).extra["facets"].refusal(120)
    '120 is more than 100'
    """
    made = Facets(
        pattern=pattern,
        min_length=min_length,
        max_length=max_length,
        ge=_number("ge", ge),
        le=_number("le", le),
        gt=_number("gt", gt),
        lt=_number("lt", lt),
        total_digits=total_digits,
        fraction_digits=fraction_digits,
        default=None if default is None else _text(default),
        fixed=fixed,
        nillable=nillable,
    )
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"pattern {pattern!r} is no regular expression: {error}") from None
    if min_length < 0 or (max_length is not None and max_length < min_length):
        raise ValueError(f"lengths are not negative and in order: {min_length} to {max_length}")
    return Meta(extra={KEY: made})


def _number(name: str, value: float | Decimal | str | None) -> str | None:
    if value is None:
        return None
    try:
        Decimal(str(value))
    except ArithmeticError:
        raise ValueError(f"{name}={value!r} is no number") from None
    return str(value)


def _text(value: object) -> str:
    """Return the lexical form of a default."""
    if isinstance(value, str):
        return str(value)
    builtin: Any = msgspec.to_builtins(value) if isinstance(value, datetime | date | time | timedelta) else value
    return "true" if builtin is True else "false" if builtin is False else str(builtin)
