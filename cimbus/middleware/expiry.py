"""Until when a message is of use (JMS 2.0, 3.4.9): the property ``JMSExpiration``, milliseconds since 1970 in UTC.

Every transport carries the property; MQTT 5.0, STOMP and AMQP 1.0 carry it in a field of their own, too, so that the
broker drops what has expired. All go by the wall clocks of their machines, which therefore have to differ by less than
the time that a message lives.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from .frame import Frame

EXPIRATION: Final = "JMSExpiration"
"""The name of the property; 0, and whatever is no number of milliseconds: the message does not expire."""
CLOCK_SET: Final = 1_577_836_800.0
"""2020-01-01 UTC, in seconds since 1970: an earlier time was written before the machine's clock was set, as it is on
boxes without a battery, and says nothing."""
MOST_DIGITS: Final = 18
"""Digits of a time that is read: fewer than 2**63 (AMQP 1.0, timestamp), and so a number that costs nothing to read."""


def expiration(expires: timedelta | datetime | float, now: float) -> str | None:
    """Return the value of the property; None where the message does not expire, or the clock is not set.

    >>> expiration(timedelta(seconds=30), now=1_700_000_000.0)
    '1700000030000'
    >>> expiration(30, now=60.0) is None  # a clock that shows 1970
    True

    Args:
        expires: from now (seconds, if it is a number), or when.
        now: seconds since 1970.

    Raises:
        TypeError: it is none of these.
        ValueError: a time without a zone.
    """
    if isinstance(expires, datetime):
        if expires.tzinfo is None:
            raise ValueError(f"expires needs a time with a zone, not {expires.isoformat()}")
        at = expires.timestamp()
    elif isinstance(expires, timedelta):
        at = now + expires.total_seconds()
    elif isinstance(expires, int | float):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every user runs a checker
        at = now + expires
    else:
        raise TypeError(f"expires is a timedelta or a datetime, not {expires!r}")
    return str(int(at * 1000)) if now >= CLOCK_SET and CLOCK_SET <= at < math.inf else None


def expires_at(properties: Mapping[str, str]) -> float:
    """Return when a message with these properties expires, in seconds since 1970; infinity: it does not.

    >>> expires_at({"JMSExpiration": "1700000030000"}), expires_at({}), expires_at({"JMSExpiration": "0"})
    (1700000030.0, inf, inf)
    """
    text = properties.get(EXPIRATION)
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > MOST_DIGITS:
        return math.inf
    at = int(text) / 1000
    return at if at >= CLOCK_SET else math.inf


def is_expired(frame: Frame, now: float) -> bool:
    """Return whether a frame is of no use any more, at a time in seconds since 1970."""
    return EXPIRATION in frame.properties and expires_at(frame.properties) <= now


def without_expiration(frame: Frame) -> Frame:
    """Return a frame that does not expire, for a person who wants it handled in spite of that."""
    if EXPIRATION not in frame.properties:
        return frame
    kept = {name: text for name, text in frame.properties.items() if name != EXPIRATION}
    return msgspec.structs.replace(frame, properties=kept)
