"""Small changes to a message: other values, most of them of the right type, and some that no message may hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import msgspec

from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import ID, Error, Location, Payload, Property, ResultKind, Verb
from cimbus.interface.message import Message
from cimbus.interface.model import Extension, Extensions
from cimbus.interface.notation import Notation

from .values import START, TEXTS

_MOMENT: Final = datetime(2026, 3, 1, 12)  # noqa: DTZ001  # a notation has the digits alone


class OtherText(str):
    """A text of a class of its own, which is formatted otherwise.

    >>> f"{OtherText('a')}"
    'other'
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Return another text."""
        return "other"


class OtherDecimal(Decimal):
    """A number of a class of its own.

    >>> OtherDecimal("1.5")
    Decimal('1.5')
    """

    __slots__ = ()


class OtherMoment(datetime):
    """A time of a class of its own.

    >>> OtherMoment(2026, 3, 1).year
    2026
    """


class OtherNotation(Notation):
    """A zone that is derived from the one that remembers a text.

    >>> OtherNotation(UTC, "", _MOMENT).text
    ''
    """


class OtherList(list[Any]):
    """A list of a class of its own.

    >>> OtherList()
    []
    """


def _noted(text: str, moment: datetime = _MOMENT, kind: type[Notation] = Notation, zone: Any = UTC) -> datetime:
    return _MOMENT.replace(tzinfo=kind(zone, text, moment))


_ZONES: Final = (
    UTC, timezone(timedelta(0)), timezone(timedelta(hours=14)), timezone(timedelta(hours=14, minutes=1)),
    timezone(timedelta(hours=-23, minutes=-59)), timezone(timedelta(seconds=90)), timezone(timedelta(minutes=-1)),
    timezone(timedelta(microseconds=1)), ZoneInfo("UTC"), None,
)  # fmt: skip
_TIMES: Final = (
    *(START.replace(tzinfo=zone) for zone in _ZONES), START.replace(year=1), START.replace(year=9999, microsecond=1),
    START.replace(year=1, month=1, day=1, hour=0, tzinfo=timezone(timedelta(hours=14))), START.replace(microsecond=10),
    START.replace(fold=1), _noted("2026-03-01T12:00:00.000Z"), _noted("as it was", _MOMENT.replace(hour=1)), _noted(""),
    _noted("a<b"), _noted("2026-03-01T12:00:00.0+01:00", zone=timezone(timedelta(hours=1))),
    _noted("x", kind=OtherNotation), _noted("x", zone=timezone(timedelta(hours=15))),
    _noted("x", _MOMENT.replace(fold=1)),
    OtherMoment(2026, 3, 1, tzinfo=UTC), _noted("x", START),
)  # fmt: skip
_NUMBERS: Final = tuple(
    Decimal(text)
    for text in (
        "0", "-0", "1.50", "1E+5", "1E-10", "0E-7", "0E+7", "-1.5E+30", "NaN", "-NaN", "sNaN", "NaN123", "Infinity",
        "-Infinity", "123456789012345678901234567890.5", "0.0000001", "0.000001", "1E+20000",
    )
)  # fmt: skip
_ODD_TEXTS: Final = (
    "\x00", "\x0b", "\x1f", "\x7f", "\x85", "\ufffd", "\ufffe", "\uffff", "\ud800", "a\rb", "\r\n", "<>&\"'\t\n", "ï",
    "\uf000", "]]>", "\U0001f50c<", "é" * 70, "a" * 5_000, OtherText("a"), Verb.get, ResultKind("UNLISTED"),
)  # fmt: skip
_ODD: Final[tuple[Any, ...]] = (
    None, None, True, False, 1, 0, -7, 2**63 - 1, 2**63, -(2**63), 10**30, 1.5, float("nan"), b"a", object(), {"a": 1},
    OtherDecimal("1.5"), date(2026, 3, 1), time(12), time(12, tzinfo=UTC), timedelta(1), timedelta(-1, 5), [], (),
    [None],
    (None,), ["a"], ("a", "b"), OtherList(["a"]), OtherList(), ID(value="i"), ID(value="i", kind='"<'), Error(code="0"),
    Location(), Property(name="n"), XmlElement("a", "urn:a"), [XmlElement("a", "urn:a")], Extensions(),
    Extensions(attributes={"a": "1"}), Extensions.of(XmlElement("a", "urn:a")), Extensions(text="a"),
    Extensions(elements=(Extension(element=XmlElement("a")),)), Payload(),
)  # fmt: skip
_SAME: Final[dict[type[Any], Sequence[Any]]] = {
    str: (*TEXTS, *_ODD_TEXTS),
    datetime: _TIMES,
    Decimal: _NUMBERS,
    int: (0, -1, 2**63, 2**63 - 1, -(2**63), -(2**63) - 1, True),
    bool: (True, False, 1, 0),
}
_PARTS: Final = ("header", "request_area", "reply_area", "payload_area", "payload_area", "payload_area", "payload_area")


def changed(message: Message[Any], random: Random) -> Message[Any]:
    """Return a message with one or two changes; now and then with none.

    >>> message = Message.of(None, verb="delete", noun="EndDeviceControls")
    >>> changed(message, Random("3")) == message
    False
    """
    for _ in range(random.choice((0, 1, 1, 1, 2))):
        message = _once(message, random)
    return message


def _once(message: Message[Any], random: Random) -> Message[Any]:
    parts: dict[str, Any] = {name: getattr(message, name) for name in _PARTS}
    name = random.choice(_PARTS)
    if random.random() < 0.03:
        parts[name] = random.choice(_ODD)
    elif parts[name] is not None:
        parts[name] = _other(parts[name], random)
    made = Message[Any](message.header, message_type=message.message_type, origin=message.origin)
    made.header, made.request_area, made.reply_area = parts["header"], parts["request_area"], parts["reply_area"]
    made.extensions = random.choice(_ODD) if random.random() < 0.01 else message.extensions
    made._area = parts["payload_area"]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # a wrong one, too
    return made


def _other(value: Any, random: Random) -> Any:
    """Return a value with a change somewhere in it."""
    if random.random() < 0.03:
        return random.choice(_ODD)
    if isinstance(value, msgspec.Struct):
        names = list(value.__struct_fields__)
        there = [name for name in names if getattr(value, name) not in (None, [], ())]
        name = random.choice(there if there and random.random() < 0.85 else names)
        return msgspec.structs.replace(value, **{name: _other(getattr(value, name), random)})
    if isinstance(value, list | tuple) and value:
        items = list(cast("Sequence[Any]", value))
        at = random.randrange(len(items))
        items[at] = _other(items[at], random)
        items *= random.choice((1, 1, 1, 2))
        as_tuple = isinstance(value, tuple) != (random.random() < 0.05)
        return tuple(items) if as_tuple else items
    kinds = [kind for kind in _SAME if isinstance(value, kind)]
    return random.choice(_SAME[kinds[-1]]) if kinds and random.random() < 0.8 else random.choice(_ODD)
