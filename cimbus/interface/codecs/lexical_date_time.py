"""xs:dateTime to ``datetime`` and back (XML Schema part 2, 3.2.7); see ``lexical`` for what a reader raises."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final, cast

import msgspec

from cimbus.interface.notation import noting, written_as

from .exact_texts import exact_date_time
from .inexact import AllowedError, InexactError, LooseNoZoneError, NoZoneError
from .lexical_calendar import MAX_OFFSET, SPACE, zone_of

# The lexical space: 3.2.7.1. ASCII digits only: \d alone would accept those of other scripts.
_DATE_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_LOOSE_DATE_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d+))?\s*(Z|z|UTC|[+-]\d\d:?\d\d)?", re.ASCII
)


def read_date_time(text: str) -> datetime:
    """Read xs:dateTime as an aware datetime (3.2.7) that remembers how it was written (``notation``).

    Raises:
        NoZoneError: no zone (UTC assumed).
        AllowedError: digits below a microsecond cut off.
        InexactError: a loose notation.
        ValueError: not a date and time.

    >>> read_date_time("2026-03-01T12:00:00+01:00").isoformat()
    '2026-03-01T12:00:00+01:00'
    """
    if (exact := exact_date_time(text)) is not None:
        return exact
    text = text.strip(SPACE)
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return _loose_date_time(text)
    day, clock, fraction, zone = found.groups()
    value = noting(_moment(day, clock, fraction or "", zone or "Z"), text)
    if zone is None:
        raise NoZoneError(value, f"{text!r} has no time zone: UTC assumed")
    if fraction is not None and fraction[6:].strip("0"):
        raise AllowedError(value, f"{text!r} is finer than a microsecond: cut off")
    return value


def _loose_date_time(text: str) -> datetime:
    found = _LOOSE_DATE_TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a date and time (xs:dateTime)")
    day, clock, seconds, fraction, named = found.groups()
    zone = named or "Z"
    zone = "Z" if zone in ("z", "UTC") else zone if ":" in zone or zone == "Z" else f"{zone[:3]}:{zone[3:]}"
    value = noting(_moment(day, clock + (seconds or ":00"), fraction or "", zone), text)
    note = f"{text!r} is not written as xs:dateTime wants: read as {value.isoformat()}"
    raise InexactError(value, note) if named else LooseNoZoneError(value, note)


def _moment(day: str, clock: str, fraction: str, zone: str) -> datetime:
    midnight = clock == "24:00:00" and not fraction.strip("0")  # the end of that day (XML Schema part 2, 3.2.7.1)
    text = f"{day}T{'00:00:00' if midnight else clock}.{fraction[:6].ljust(6, '0')}"
    value = datetime.fromisoformat(text).replace(tzinfo=zone_of(zone))
    if midnight and value.year == 9999 and value.month == 12 and value.day == 31:  # datetime.max
        raise ValueError(f"{day}T{clock} is beyond the last year that can be held")
    return value + timedelta(days=1) if midnight else value


def write_date_time(value: datetime) -> str:
    """Write an aware datetime, ``Z`` for UTC; one that was read, and is the same still, as it was written.

    With an offset that XML does not allow (3.2.7.3), it is written as UTC.

    Raises:
        ValueError: it has no time zone, or no UTC form.

    >>> write_date_time(datetime(2026, 3, 1, 12, tzinfo=UTC))
    '2026-03-01T12:00:00Z'
    """
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone; use datetime.now(UTC), or value.replace(tzinfo=...)")
    if abs(cast("timedelta", value.utcoffset())) > MAX_OFFSET:
        try:
            value = value.astimezone(UTC)
        except OverflowError:
            raise ValueError(f"{value} is no time in UTC, and its offset is more than 14 hours") from None
    text: str = written_as(value) or msgspec.to_builtins(value)
    return text
