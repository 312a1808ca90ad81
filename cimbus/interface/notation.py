"""How a time was written, kept inside its ``datetime``, so that what was read is written back as it was.

A ``datetime`` that was read from a text which cimbus would write in another way (``12:00:00.000Z``, ``+00:00`` for
``Z``, no zone, a seventh digit) has a ``Notation`` as its ``tzinfo``. It is a time like any other: equal to, and as
late as, the same time with an ordinary zone. Only that very time is written with the text: one that was computed from
it is written in the usual way.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import msgspec


class Notation(tzinfo):
    """The zone of one time, and the text that the time was read from.

    Args:
        zone: the zone of the time.
        text: what was written.
        moment: the time's own digits, without a zone; the text stands for these only.

    >>> zone = Notation(UTC, "2026-03-01T12:00:00.000Z", datetime(2026, 3, 1, 12))
    >>> time = datetime(2026, 3, 1, 12, tzinfo=zone)
    >>> time == datetime(2026, 3, 1, 12, tzinfo=UTC), written_as(time), written_as(time + timedelta(1))
    (True, '2026-03-01T12:00:00.000Z', None)
    """

    __slots__ = ("moment", "text", "zone")

    def __init__(self, zone: tzinfo, text: str, moment: datetime) -> None:
        self.zone = zone
        self.text = text
        self.moment = moment

    def utcoffset(self, dt: datetime | None, /) -> timedelta | None:
        """Return the zone's offset."""
        return self.zone.utcoffset(dt)

    def dst(self, dt: datetime | None, /) -> timedelta | None:
        """Return the zone's daylight saving time."""
        return self.zone.dst(dt)

    def tzname(self, dt: datetime | None, /) -> str | None:
        """Return the zone's name."""
        return self.zone.tzname(dt)

    def fromutc(self, dt: datetime, /) -> datetime:
        """Return a time of UTC in the zone."""
        return self.zone.fromutc(dt.replace(tzinfo=self.zone)).replace(tzinfo=self)

    def __eq__(self, other: object) -> bool:
        return self.zone == (other.zone if isinstance(other, Notation) else other)

    def __hash__(self) -> int:
        return hash(self.zone)

    def __repr__(self) -> str:
        return repr(self.zone)

    def __reduce__(self) -> tuple[Any, ...]:
        return Notation, (self.zone, self.text, self.moment)


def written_as(value: datetime) -> str | None:
    """Return the text that a time was read from, None for a time that was not, or was changed since.

    >>> written_as(datetime(2026, 3, 1, tzinfo=UTC)) is None
    True
    """
    zone = value.tzinfo
    if isinstance(zone, Notation) and zone.moment == value.replace(tzinfo=None):
        return zone.text
    return None


def noting(value: datetime, text: str) -> datetime:
    """Return a time that remembers its text, unless that is how it is written anyway.

    >>> noting(datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T00:00:00Z").tzinfo is UTC
    True
    """
    if msgspec.to_builtins(value) == text:
        return value
    return value.replace(tzinfo=Notation(value.tzinfo or UTC, text, value.replace(tzinfo=None)))


def in_zone(value: datetime, zone: tzinfo) -> datetime:
    """Return a time that was read without a zone as one in ``zone``; it still remembers its text.

    >>> from datetime import timedelta, timezone
    >>> time = noting(datetime(2026, 3, 1, 12, tzinfo=UTC), "2026-03-01T12:00:00")
    >>> in_zone(time, timezone(timedelta(hours=1))).isoformat()
    '2026-03-01T12:00:00+01:00'
    """
    text = written_as(value)
    moment = value.replace(tzinfo=None)
    return moment.replace(tzinfo=zone if text is None else Notation(zone, text, moment))


def is_local(value: datetime) -> bool:
    """Return whether a time was read without a zone.

    >>> is_local(noting(datetime(2026, 3, 1, 12, tzinfo=UTC), "2026-03-01T12:00:00"))
    True
    """
    text = written_as(value)
    return text is not None and text[-1:] not in "Zz" and text[-6:-5] not in ("+", "-") and "UTC" not in text[-3:]
