"""What the type of a field allows beyond its kind: pattern, bounds, lengths, default, nil (XML Schema part 2, 4.3)."""

from __future__ import annotations

import operator
import re
from datetime import date, datetime, time, timedelta
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from functools import lru_cache
from typing import Any, Final, cast

import msgspec
from msgspec import Meta

from .lexical_spaces import PATTERNS, is_of_kind

KEY: Final = "facets"
"""Where ``facets`` puts them in msgspec's metadata."""
_SHOWN: Final = 40
"""Characters of a value that are repeated in an error: enough to find it."""
_LONGEST: Final = 300
"""Characters of a refusal: a union may have hundreds of values."""

_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Rounds nothing: the usual context keeps 28 digits."""


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
        any_of: the types of a union (part 2, 4.1.2.3), of which a text has to be one.
        items: the type of each item of a list (4.1.2.2): words with white space between them. The lengths of such a
            text are numbers of items.

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
    any_of: tuple[SimpleType, ...] = ()
    items: SimpleType | None = None

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
            return self._of_number(Decimal(value)) or self._of_union(str(value))
        return ""

    def _of_text(self, text: str) -> str:
        shown = repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
        if self.fixed is not None and text != self.fixed:
            return f"{shown} is not {self.fixed!r}, the only value that is allowed"
        items = [] if self.items is None else text.split()
        length, unit = (len(text), "characters") if self.items is None else (len(items), "items")
        if length < self.min_length:
            return f"{shown} has fewer than {self.min_length} {unit}"
        if self.max_length is not None and length > self.max_length:
            return f"{shown} has more than {self.max_length} {unit}"
        if self.pattern and _compiled(self.pattern).fullmatch(text) is None:
            return f"{shown} does not match {self.pattern}"
        refusal = "" if self.items is None else next((said for each in items if (said := self.items.refusal(each))), "")
        return refusal or self._of_union(text)

    def _of_union(self, text: str) -> str:
        if not self.any_of or any(not each.refusal(text) for each in self.any_of):
            return ""
        shown = repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
        return f"{shown} is of none of the types of the union: {', '.join(map(str, self.any_of))}"[:_LONGEST]

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
            return self._of_digits(number.normalize(_EXACT))
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


class SimpleType(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A type of a union, or that of the items of a list, whose values stay texts; see ``simple_type``.

    Attributes:
        kind: as ``FieldSpec.kind`` has it: string, integer, dateTime, ...
        values: those of an enumeration; none: not limited to some.
        facets: what it allows beyond its kind.

    >>> str(SimpleType(kind="integer", facets=Facets(ge="0", le="9")))
    'integer (ge 0, le 9)'
    """

    kind: str = "string"
    values: tuple[str, ...] = ()
    facets: Facets = Facets()

    def refusal(self, text: str) -> str:
        """Return why a text is no value of the type; empty if it is one.

        >>> SimpleType(values=("on", "off")).refusal("up")
        "'up' is no value of string on|off"
        """
        plain = text if self.kind == "string" else text.strip(" \t\r\n")
        if not is_of_kind(plain, self.kind) or (self.values and not self._is_listed(plain)):
            return f"{plain[:_SHOWN]!r} is no value of {self}"
        numeric = self.kind in ("integer", "decimal", "float")
        return self.facets.refusal(_number_of(plain) if numeric else plain)

    def _is_listed(self, text: str) -> bool:
        if self.kind in ("integer", "decimal", "float"):
            return any(_number_of(each) == _number_of(text) for each in self.values)
        return text in self.values or text.strip() in self.values

    def __str__(self) -> str:
        said = [f"{name} {getattr(self.facets, name)}" for name in ("ge", "gt", "le", "lt", "pattern")]
        said = [each for each in said if not each.endswith((" None", " "))]
        listed = f" {'|'.join(self.values)}" if self.values else ""
        return f"{self.kind}{listed}" + (f" ({', '.join(said)})" if said else "")


def _number_of(text: str) -> Decimal:
    return Decimal(text.replace("INF", "Infinity"))


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
    any_of: tuple[SimpleType, ...] = (),
    items: SimpleType | None = None,
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
        any_of=any_of,
        items=items,
    )
    _check_pattern(pattern)
    if min_length < 0 or (max_length is not None and max_length < min_length):
        raise ValueError(f"lengths are not negative and in order: {min_length} to {max_length}")
    return Meta(extra={KEY: made})


def simple_type(
    kind: str = "string",
    *values: str,
    pattern: str = "",
    min_length: int = 0,
    max_length: int | None = None,
    ge: float | Decimal | str | None = None,
    le: float | Decimal | str | None = None,
    gt: float | Decimal | str | None = None,
    lt: float | Decimal | str | None = None,
    any_of: tuple[SimpleType, ...] = (),
    items: SimpleType | None = None,
) -> SimpleType:
    """Return a type for ``facets(any_of=...)`` or ``facets(items=...)``.

    Such as ``code: Annotated[str, facets(any_of=(simple_type("integer", ge=0), simple_type("string", "none")))]``.

    Args:
        kind: string, integer, decimal, float, boolean, date, time, dateTime or duration.
        values: those of an enumeration.
        pattern, min_length, max_length, ge, le, gt, lt, any_of, items: see ``Facets``.

    Raises:
        ValueError: there is no such kind, or a facet is none.

    >>> simple_type("integer", ge=0).refusal("-1")
    '-1 is less than 0'
    """
    if kind != "string" and kind not in PATTERNS:
        raise ValueError(f"{kind!r} is no kind: it is string, or one of {', '.join(PATTERNS)}")
    made = facets(
        pattern=pattern,
        min_length=min_length,
        max_length=max_length,
        ge=ge,
        le=le,
        gt=gt,
        lt=lt,
        any_of=any_of,
        items=items,
    )
    extra = cast("dict[str, Facets]", made.extra)
    return SimpleType(kind=kind, values=values, facets=extra[KEY])


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"pattern {pattern!r} is no regular expression: {error}") from None


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
