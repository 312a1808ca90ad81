"""Texts and values of all types, ordinary and unusual."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any, Final, cast

from cimbus.interface.model import CimEnum, FieldSpec

TEXTS: Final = (
    "", "a", "meter-7", "HES", " a", "a ", "a  b", "Zähler", "電力", "1", "true", "a&b", "a<b", "x]]>y", '"', "'",
    "3.26.0.47", "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "x" * 60, "\U0001f50c", "line\nline", "tab\there",
)  # fmt: skip
"""Texts that objects hold."""

_NUMBERS: Final = (
    b"0", b"1", b"-1", b"+1", b"007", b"-0", b"1.50", b".5", b"5.", b"1e5", b"1E5", b"0.0000001", b"0.0000000",
    b"0.000001",
    b"-0.00", b"-0.00000012", b"1,5", b"INF", b"NaN", b"99999999999999999999", b"1234567890123456789", b" 1",
    b"1 ", b"1 2",
    b"123456789012345678", b"-000", b"0x1", b"\t1", b"1.0", b"--1", b"1_0", b"\xd9\xa1", b"1" * 65, b"-", b".",
    b"0" * 30,
)  # fmt: skip
_TIMES: Final = (
    b"2026-03-01T12:00:00Z", b"2026-03-01T12:00:00.000Z", b"2026-03-01T12:00:00.120000Z",
    b"2026-03-01T12:00:00.1234567Z",
    b"2026-03-01T12:00:00.1230000Z", b"2026-03-01T12:00:00+01:00", b"1970-01-01T00:00:00Z",
    b"2026-03-01T12:00:00-00:00",
    b"2026-03-01T24:00:00Z", b"2026-02-29T12:00:00Z", b"2024-02-29T12:00:00Z", b"1900-02-29T12:00:00Z", b"2026-03-01",
    b"2026-03-01T12:00:00", b"0001-01-01T00:00:00Z", b"9999-12-31T23:59:59.999999+14:00", b"0001-01-01T00:00:00+14:00",
    b" 2026-03-01T12:00:00Z\n", b"2026-03-01T12:00:60Z", b"0000-03-01T12:00:00Z", b"2026-3-1T12:00:00Z",
    b"2026-03-01T12:00Z",
    b"2026-03-01T12:00:00.Z", b"2026-03-01T12:00:00.0Z", b"2026-03-01T12:00:00.000000Z", b"2026-03-01T12:00:00+14:01",
    b"2026-03-01T12:00:00-13:59", b"2026-03-01T12:00:00+1:00", b"2026-03-01t12:00:00z", b"-2026-03-01T12:00:00Z",
    b"2026-03-01T12:00:00 Z", b"2026-04-31T12:00:00Z", b"2026-03-01T12:00:00+01:60", b"\xc2\xa02026-03-01T12:00:00Z",
)  # fmt: skip
_WORDS: Final = (
    b"", b" ", b"\n ", b"true", b"false", b"TRUE", b" true", b"0", b"1", b"created", b"CREATED", b"get", b"reply",
    b"\r\n",
    b"OK", b"ok", b"FAILED", b"FATAL", b"&amp;", b"&#65;", b"&#x20AC;", b"&#0;", b"&#xD;", b"&#10;", b"&nope;",
    b"&", b"]]>",
    b"<![CDATA[<a>]]>", b"<![CDATA[]]>", b"a<!-- b -->c", b"<!---->", b"<?pi?>", b"\xc3\xa4", b"\xff", b"\x00",
    b" a", b"a ",
    b"\xef\xbf\xbe", b"\xef\xbf\xbd", b"\xc2\xa0", b"EndDeviceEvents", b"MeterReadings", b"\xe2\x80\x83", b"]]",
    b"]", b"&#X41;",
    b"<![CDATA[a]]]]><![CDATA[>b]]>", b"&#xFFFE;", b"&#x110000;", b"&#x0000041;", b"&#;", b"\xed\xa0\x80", b"\xc0\x80",
)  # fmt: skip
_ALL: Final = (*_NUMBERS, *_TIMES, *_WORDS)
_NUMBER: Final = re.compile(rb"-?[\d.]+")
_TIME: Final = re.compile(rb"\d{4}-\d\d-\d\dT.*")


def spelling(old: bytes, random: Random) -> bytes:
    """Return octets for the place of a text, mostly ones that may mean something there.

    >>> spelling(b"1.50", Random("1"))[:1] != b""
    True
    """
    if random.random() < 0.2:
        return random.choice(_ALL)
    near = _NUMBERS if _NUMBER.fullmatch(old) else _TIMES if _TIME.fullmatch(old) else _WORDS
    return random.choice(near)


START: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""The first of the times that objects hold."""


def text_of(random: Random) -> str:
    """Return a text.

    >>> isinstance(text_of(Random("1")), str)
    True
    """
    return random.choice(TEXTS)


def value_of(field: FieldSpec, random: Random) -> Any:
    """Return a value of a field's simple type.

    >>> value_of(FieldSpec(name="a", xml="a", kind="boolean"), Random("1"))
    True
    """
    if field.kind == "enum":
        return random.choice(list(cast("type[CimEnum]", field.type)))
    if field.kind == "dateTime":
        zone = random.choice((UTC, UTC, timezone(timedelta(hours=1)), timezone(timedelta(minutes=-210))))
        micro = random.choice((0, 0, 120_000, 1))
        return START.replace(tzinfo=zone) + timedelta(minutes=15 * random.randrange(96), microseconds=micro)
    makers: dict[str, Callable[[], Any]] = {
        "string": lambda: random.choice((text_of(random), "meter-7")).strip() or "a",
        "decimal": lambda: Decimal(random.randrange(-500, 5_000)) / random.choice((1, 10, 1000)),
        "float": lambda: Decimal(random.randrange(-500, 5_000)) / random.choice((1, 10, 1000)),
        "integer": lambda: random.choice((0, 1, -7, 4711, 10**17)),
        "boolean": lambda: random.random() < 0.5,
        "date": lambda: START.date() + timedelta(days=random.randrange(400)),
        "time": (START + timedelta(minutes=random.randrange(1440))).time,
        "duration": lambda: timedelta(minutes=random.randrange(-60, 6_000)),
    }
    return makers[field.kind]()
