"""Texts to values and back, by XML Schema Part 2 (the lexical spaces of its simple types).

``read_*`` returns the value, or raises ``Inexact`` with a value that was guessed and why, or ``ValueError`` where no
guess is honest. Python's own constructors accept more than XML Schema does (``1_000``, ``NaN`` digits, week dates),
so the shape is checked first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

import msgspec

from .memo import Memo

SPACE: Final = " \t\r\n"

_DATE_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_LOOSE_DATE_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))?\s*(Z|z|UTC|[+-]\d\d:?\d\d)?", re.ASCII
)
_DECIMAL: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_FLOAT: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?|-?INF|NaN", re.ASCII)
_INTEGER: Final = re.compile(r"[+-]?\d{1,4000}", re.ASCII)
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_LOOSE_BOOLEANS: Final = {"yes": True, "y": True, "no": False, "n": False} | _BOOLEANS
_MAX_PLACES: Final = 10_000
"""Digits that a decimal without exponent may be written out to."""


class Inexact(Exception):  # noqa: N818  # not an error: a value with a remark
    """A text outside the lexical space whose meaning is plain all the same."""

    def __init__(self, value: Any, note: str) -> None:
        super().__init__(value, note)
        self.value = value
        self.note = note


def read_date_time(text: str) -> datetime:
    """Read xs:dateTime as an aware datetime (3.2.7).

    Raises:
        Inexact: no zone (UTC assumed), digits below a microsecond cut off, or a loose notation.
        ValueError: not a date and time.
    """
    text = text.strip(SPACE)
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return _loose_date_time(text)
    day, clock, fraction, zone = found.groups()
    value = _moment(day, clock, fraction or "", zone or "Z")
    if zone is None:
        raise Inexact(value, f"{text!r} has no time zone: UTC assumed")
    if fraction is not None and fraction[6:].strip("0"):
        raise Inexact(value, f"{text!r} is finer than a microsecond: cut off")
    return value


def _loose_date_time(text: str) -> datetime:
    found = _LOOSE_DATE_TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a date and time (xs:dateTime)")
    day, clock, seconds, fraction, zone = found.groups()
    zone = "Z" if zone in (None, "z", "UTC") else zone if ":" in zone or zone == "Z" else f"{zone[:3]}:{zone[3:]}"
    value = _moment(day, clock + (seconds or ":00"), fraction or "", zone)
    raise Inexact(value, f"{text!r} is not written as xs:dateTime wants: read as {value.isoformat()}")


def _moment(day: str, clock: str, fraction: str, zone: str) -> datetime:
    midnight = clock == "24:00:00" and not fraction.strip("0")  # the end of that day
    text = f"{day}T{'00:00:00' if midnight else clock}.{fraction[:6].ljust(6, '0')}"
    value = datetime.fromisoformat(text).replace(tzinfo=_zone(zone))
    if midnight and value.year == 9999 and value.month == 12 and value.day == 31:
        raise ValueError(f"{day}T{clock} is beyond the last year that can be held")
    return value + timedelta(days=1) if midnight else value


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    if minutes > 14 * 60 or int(text[4:6]) > 59:
        raise ValueError(f"{text!r} is not a time zone")
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes)) if minutes else UTC


def read_decimal(text: str) -> Decimal:
    """Read xs:decimal (3.2.3); the digits as written survive.

    Raises:
        Inexact: it has an exponent, or a comma for the point.
        ValueError: not a number, or not a finite one.
    """
    text = text.strip(SPACE)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _FLOAT.fullmatch(text) and text[-1] not in "FN":
        raise Inexact(Decimal(text), f"{text!r} has an exponent, xs:decimal has none")
    if text.count(",") == 1 and _DECIMAL.fullmatch(text.replace(",", ".")):
        raise Inexact(Decimal(text.replace(",", ".")), f"{text!r} has a decimal comma")
    raise ValueError(f"{text!r} is not a number (xs:decimal)")


def read_float(text: str) -> Decimal:
    """Read xs:float (3.2.4) as the decimal that is written; INF and NaN are values of it.

    Raises:
        Inexact: it has a decimal comma.
        ValueError: not a number.
    """
    text = text.strip(SPACE)
    if _FLOAT.fullmatch(text):
        return Decimal(text)
    return read_decimal(text)


def read_integer(text: str) -> int:
    """Read xs:integer (3.3.13).

    Raises:
        Inexact: it is written with a fraction of zero.
        ValueError: not a whole number.
    """
    text = text.strip(SPACE)
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and not text.partition(".")[2].strip("0") and len(text) < 4000:
        raise Inexact(int(Decimal(text)), f"{text!r} is not written as a whole number")
    raise ValueError(f"{text!r} is not a whole number (xs:integer)")


def read_boolean(text: str) -> bool:
    """Read xs:boolean (3.2.2).

    Raises:
        Inexact: another spelling of yes or no.
        ValueError: neither.
    """
    text = text.strip(SPACE)
    value = _BOOLEANS.get(text)
    if value is None:
        value = _LOOSE_BOOLEANS.get(text.lower())
        if value is None:
            raise ValueError(f"{text!r} is neither true nor false (xs:boolean)")
        raise Inexact(value, f"{text!r} is not written as true or false")
    return value


READERS: Final[dict[str, Callable[[str], Any]]] = {
    "dateTime": Memo(read_date_time),  # a batch of readings repeats its times meter after meter
    "decimal": Memo(read_decimal),
    "float": Memo(read_float),
    "integer": read_integer,
    "boolean": read_boolean,
}


def write_date_time(value: datetime) -> str:
    """Write an aware datetime, ``Z`` for UTC.

    Raises:
        ValueError: it has no time zone.
    """
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone; use datetime.now(UTC), or value.replace(tzinfo=...)")
    text: str = msgspec.to_builtins(value)
    return text


def write_decimal(value: Decimal) -> str:
    """Write xs:decimal, which has no exponent.

    Raises:
        ValueError: not finite, or more digits than anybody means.
    """
    text = Decimal.__str__(value)  # of nothing else, whatever str() makes of it
    if "E" not in text and text[-1] not in "yN":
        return text
    if not value.is_finite() or abs(value.adjusted()) > _MAX_PLACES:
        raise ValueError(f"{value} has no xs:decimal form")
    return f"{value:f}"


def write_float(value: Decimal) -> str:
    """Write xs:float: exponents, INF and NaN are legal there."""
    text = Decimal.__str__(value)
    if text[-1] not in "yN":
        return text
    return "NaN" if value.is_nan() else "INF" if value > 0 else "-INF"
