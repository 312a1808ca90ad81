"""Texts to values and back, by XML Schema Part 2 (the lexical spaces of its simple types).

A ``read_*`` function returns the value. It raises ``InexactError`` with the value and a remark where the text is
outside the lexical space but its meaning is plain, and ``ValueError`` where a guess would not be safe. The constructors
of Python accept more than XML Schema does (``1_000``, non-ASCII digits, week dates), so the shape is checked first.
Times are in ``lexical_date_time``; dates, times of day and durations in ``lexical_calendar``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final

from .cache import BoundedCache
from .exact_texts import exact_decimal
from .inexact import InexactError, InfinityError, SpelledError
from .lexical_calendar import SPACE, read_date, read_duration, read_time, write_calendar
from .lexical_date_time import read_date_time, write_date_time

__all__ = [
    "READERS",
    "SPACE",
    "WRITERS",
    "is_written_as",
    "read_boolean",
    "read_date_time",
    "read_decimal",
    "read_float",
    "read_integer",
    "spelled",
    "write_date_time",
    "write_decimal",
    "write_float",
]

# The lexical spaces of XML Schema part 2: decimal 3.2.3.1, float 3.2.4.1, integer 3.3.13.1,
# boolean 3.2.2.1. ASCII digits only: \d alone would accept those of other scripts.
_DECIMAL: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_FLOAT: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?|-?INF|NaN", re.ASCII)
# int() refuses texts of more than 4 300 digits with an error of its own (sys.int_info.default_max_str_digits)
_INTEGER: Final = re.compile(r"[+-]?\d{1,4000}", re.ASCII)
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_LOOSE_BOOLEANS: Final = {"yes": True, "y": True, "no": False, "n": False} | _BOOLEANS
_MAX_PLACES: Final = 10_000
"""Digits that a decimal is written out to: xs:decimal has no exponent, and 1E+999999 would be a megabyte of zeros."""


def read_decimal(text: str) -> Decimal:
    """Read xs:decimal (3.2.3); the digits as written survive.

    Raises:
        InexactError: it has an exponent, or a comma for the point.
        ValueError: not a number, or not a finite one.

    >>> read_decimal("1.50")
    Decimal('1.50')
    """
    text = text.strip(SPACE)
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if _FLOAT.fullmatch(text) and text[-1] not in "FN":
        raise InexactError(Decimal(text), f"{text!r} has an exponent, xs:decimal has none")
    if text.count(",") == 1 and _DECIMAL.fullmatch(text.replace(",", ".")):
        raise InexactError(Decimal(text.replace(",", ".")), f"{text!r} has a decimal comma")
    raise ValueError(f"{text!r} is not a number (xs:decimal)")


def read_float(text: str) -> Decimal:
    """Read xs:float (3.2.4) as the decimal that is written; INF and NaN are values of it.

    Raises:
        InexactError: it has a decimal comma, or is written as ``Infinity``.
        ValueError: not a number.

    >>> read_float("1.50"), read_float("-INF")
    (Decimal('1.50'), Decimal('-Infinity'))
    """
    text = text.strip(SPACE)
    if _FLOAT.fullmatch(text):
        return Decimal(text)
    if text in ("Infinity", "-Infinity"):
        raise InfinityError(Decimal(text), f"{text!r} is not written as INF")
    return read_decimal(text)


def read_integer(text: str) -> int:
    """Read xs:integer (3.3.13).

    Raises:
        InexactError: it is written with a fraction of zero.
        ValueError: not a whole number.

    >>> read_integer("+7")
    7
    """
    text = text.strip(SPACE)
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and not text.partition(".")[2].strip("0") and len(text) < 4000:
        raise InexactError(int(Decimal(text)), f"{text!r} is not written as a whole number")
    raise ValueError(f"{text!r} is not a whole number (xs:integer)")


def read_boolean(text: str) -> bool:
    """Read xs:boolean (3.2.2).

    Raises:
        InexactError: another spelling of yes or no.
        ValueError: neither.

    >>> read_boolean("1"), read_boolean("false")
    (True, False)
    """
    text = text.strip(SPACE)
    value = _BOOLEANS.get(text)
    if value is None:
        value = _LOOSE_BOOLEANS.get(text.lower())
        if value is None:
            raise ValueError(f"{text!r} is neither true nor false (xs:boolean)")
        raise InexactError(value, f"{text!r} is not written as true or false")
    return value


def spelled(kind: str) -> Callable[[str], Any]:
    """Return a reader of a type that tells texts which cimbus would write in another way, so that they can be kept.

    >>> spelled("boolean")("true")
    True
    >>> spelled("boolean")("1")
    Traceback (most recent call last):
    cimbus.interface.codecs.inexact.SpelledError: (True, '')
    """
    read, write = READERS[kind], WRITERS[kind]

    def reader(text: str) -> Any:
        if kind == "decimal" and (exact := exact_decimal(text)) is not None:
            return exact
        value = read(text)
        if write(value) != text:
            raise SpelledError(value, "")
        return value

    return BoundedCache(reader)


READERS: Final[dict[str, Callable[[str], Any]]] = {
    # cached where reading costs more than the look-up; xs:integer and xs:boolean do not
    "dateTime": BoundedCache(read_date_time),
    "date": BoundedCache(read_date),
    "time": BoundedCache(read_time),
    "duration": BoundedCache(read_duration),
    "decimal": read_decimal,
    "float": read_float,
    "integer": read_integer,
    "boolean": read_boolean,
}


def write_decimal(value: Decimal) -> str:
    """Write xs:decimal, which has no exponent.

    Raises:
        ValueError: not finite, or more than 10 000 digits.

    >>> write_decimal(Decimal("1.5E+3"))
    '1500'
    """
    text = Decimal.__str__(value)  # refuses what is no Decimal; str() would write any object
    if "E" not in text and text[-1] not in "yN":
        return text
    if not value.is_finite() or abs(value.adjusted()) > _MAX_PLACES:
        raise ValueError(f"{value} has no xs:decimal form")
    return f"{value:f}"


def write_float(value: Decimal) -> str:
    """Write xs:float: exponents, INF and NaN are legal there.

    >>> write_float(Decimal("1.5E+30")), write_float(Decimal("-Infinity"))
    ('1.5E+30', '-INF')
    """
    text = Decimal.__str__(value)
    if text[-1] not in "yN":
        return text
    return "NaN" if value.is_nan() else "INF" if value > 0 else "-INF"


def _write_boolean(value: bool) -> str:  # one of several writers with one argument
    return "true" if value else "false"


WRITERS: Final[dict[str, Callable[[Any], str]]] = {
    "dateTime": write_date_time,
    "date": write_calendar,
    "time": write_calendar,
    "duration": write_calendar,
    "decimal": write_decimal,
    "float": write_float,
    "integer": int.__repr__,
    "boolean": _write_boolean,
}
"""How the values of ``READERS`` are written."""
_KINDS: Final[dict[type, str]] = {
    Decimal: "decimal",
    float: "float",
    int: "integer",
    bool: "boolean",
    date: "date",
    time: "time",
    timedelta: "duration",
}


def is_written_as(value: object, text: str) -> bool:
    """Return whether a value that was read from a text is written as just that.

    >>> is_written_as(Decimal("1.50"), "1.50"), is_written_as(True, "1"), is_written_as("a", "a")
    (True, False, True)
    """
    kind = _KINDS.get(type(value))
    if isinstance(value, Decimal) and not value.is_finite():
        kind = "float"
    return (value if kind is None else WRITERS[kind](value)) == text
