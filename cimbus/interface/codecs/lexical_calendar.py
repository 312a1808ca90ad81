"""xs:date, xs:time and xs:duration to Python and back, and time zones (XML Schema part 2, 3.2.6 to 3.2.9).

See ``lexical`` for what a reader raises. A date with a time zone is a plain ``date``: the walkers keep the
text where it says more.
"""

from __future__ import annotations

import re
from datetime import UTC, date, time, timedelta, timezone
from decimal import Decimal
from typing import Final

import msgspec

from .inexact import AllowedError, InexactError

SPACE: Final = " \t\r\n"
"""White space of XML (XML 1.0, 2.3); ``str.strip()`` would strip more, such as a no-break space."""
MAX_OFFSET: Final = timedelta(hours=14)
"""The largest offset from UTC (XML Schema part 2, 3.2.7.3); Python and msgspec allow up to 24 hours."""

# The lexical spaces: date 3.2.9.1, time 3.2.8.1, duration 3.2.6.1. Years of four digits are those that ``date`` holds.
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DATE_OF_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ][0-9:.,]+(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_TIME: Final = re.compile(r"(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_LOOSE_TIME: Final = re.compile(r"(\d\d:\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DURATION: Final = re.compile(
    r"(-?)P(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(\.\d+)?S)?)?", re.ASCII
)
_PLACES: Final = 6
"""Digits of a second's fraction that Python's times hold."""


def zone_of(text: str) -> timezone:
    """Return the time zone that ``Z`` or an offset such as ``+01:00`` says.

    Raises:
        ValueError: it is beyond 14 hours, or has more than 59 minutes.

    >>> zone_of("+01:30").utcoffset(None)
    datetime.timedelta(seconds=5400)
    """
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    if timedelta(minutes=minutes) > MAX_OFFSET or int(text[4:6]) > 59:
        raise ValueError(f"{text!r} is not a time zone")
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes)) if minutes else UTC


def read_date(text: str) -> date:
    """Read xs:date (3.2.9).

    Raises:
        InexactError: it is a date and a time.
        ValueError: not a date.

    >>> read_date("2026-03-01"), read_date("2026-03-01+01:00")
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 1))
    """
    text = text.strip(SPACE)
    found = _DATE.fullmatch(text)
    if found is not None:
        if found[2]:
            _ = zone_of(found[2])
        return date.fromisoformat(found[1])
    loose = _DATE_OF_MOMENT.fullmatch(text)
    if loose is None:
        raise ValueError(f"{text!r} is not a date (xs:date)")
    raise InexactError(date.fromisoformat(loose[1]), f"{text!r} is a date and a time where a date belongs")


def read_time(text: str) -> time:
    """Read xs:time (3.2.8), with its zone if it has one.

    Raises:
        AllowedError: digits below a microsecond cut off.
        InexactError: seconds are missing.
        ValueError: not a time of day.

    >>> read_time("06:30:00"), read_time("24:00:00")
    (datetime.time(6, 30), datetime.time(0, 0))
    """
    text = text.strip(SPACE)
    found = _TIME.fullmatch(text)
    if found is None:
        loose = _LOOSE_TIME.fullmatch(text)
        if loose is None:
            raise ValueError(f"{text!r} is not a time of day (xs:time)")
        raise InexactError(_time(f"{loose[1]}:00", "", loose[2]), f"{text!r} has no seconds")
    clock, fraction, zone = found[1], found[2] or "", found[3]
    value = _time(clock, fraction, zone)
    if fraction[_PLACES:].strip("0"):
        raise AllowedError(value, f"{text!r} is finer than a microsecond: cut off")
    return value


def _time(clock: str, fraction: str, zone: str | None) -> time:
    if clock == "24:00:00" and not fraction.strip("0"):  # the same as 00:00:00 (3.2.8)
        clock = "00:00:00"
    text = f"{clock}.{fraction[:_PLACES].ljust(_PLACES, '0')}"
    return time.fromisoformat(text).replace(tzinfo=zone_of(zone) if zone else None)


def read_duration(text: str) -> timedelta:
    """Read xs:duration (3.2.6) of days, hours, minutes and seconds.

    Raises:
        AllowedError: it has years or months (the value is None then), or is finer than a microsecond (cut off).
        ValueError: not a duration, or longer than ``timedelta.max``.

    >>> read_duration("PT15M"), read_duration("-P1DT2H")
    (datetime.timedelta(seconds=900), datetime.timedelta(days=-2, seconds=79200))
    """
    text = text.strip(SPACE)
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a duration (xs:duration)")
    sign, years, months, days, hours, minutes, seconds, fraction = found.groups()
    if int(years or 0) or int(months or 0):
        raise AllowedError(None, f"{text!r} is in years or months, which have no length of their own: kept as it is")
    micros = int(Decimal(fraction or 0).scaleb(_PLACES))
    try:
        value = timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            microseconds=micros,
        )
    except OverflowError:
        raise ValueError(f"{text[:40]!r} is longer than a duration can be held") from None
    value = -value if sign else value
    if (fraction or "")[_PLACES + 1 :].strip("0"):
        raise AllowedError(value, f"{text!r} is finer than a microsecond: cut off")
    return value


def write_calendar(value: date | time | timedelta) -> str:
    """Write xs:date, xs:time or xs:duration.

    Raises:
        ValueError: a time with an offset that XML does not allow (3.2.7.3).

    >>> write_calendar(time(6, 30, tzinfo=UTC)), write_calendar(timedelta(minutes=15))
    ('06:30:00Z', 'PT900S')
    """
    if isinstance(value, time) and abs(value.utcoffset() or timedelta()) > MAX_OFFSET:
        raise ValueError(f"{value} has an offset of more than 14 hours")
    text: str = msgspec.to_builtins(value)
    return text
