"""Messages with wrong values in their fields, and what holds when they are written."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

import msgspec

import cimbus
from cimbus import Header, Message, XmlElement
from cimbus.errors import EncodeError
from cimbus.interface.envelope import Property
from cimbus.nouns.keys import key_of

from . import bases


class HostileError(Exception):
    """What a class of a program may raise."""


class Hostile:
    """A value whose every use fails."""

    def __repr__(self) -> str:
        raise HostileError("no repr")

    __str__ = __repr__

    def __getattr__(self, name: str) -> Any:
        raise HostileError(name)


def values() -> list[Any]:
    """Return values for any field."""
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    endless = XmlElement("a", "u")
    endless.children = (endless, endless)
    deep = XmlElement("a")
    for _ in range(2_000):
        deep = XmlElement("a", children=[deep])
    nested: Any = {}
    for _ in range(2_000):
        nested = {"a": nested}
    return [
        None,
        True,
        0,
        -1,
        10**30,
        10**5_000,
        1.5,
        float("nan"),
        1j,
        "",
        "x",
        "\ud800",
        "\0",
        "\uffff",
        "x" * 10_000,
        b"x",
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("1E+999999"),
        Decimal("1E-999999"),
        Decimal("-0"),
        datetime(2026, 3, 1),  # noqa: DTZ001
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(2026, 3, 1, tzinfo=timezone(timedelta(seconds=1))),
        timedelta(1),
        [],
        [[]],
        {},
        {"a": 1},
        {1: 2},
        (),
        (None,),
        set(),
        object,
        object(),
        Hostile(),
        cyclic,
        endless,
        deep,
        nested,
        XmlElement("a b"),
        XmlElement(""),
        XmlElement("a", "\0"),
        XmlElement("a", attributes={"b c": "1"}),
        XmlElement("a", attributes={1: 2}),
        XmlElement("a", children=["text"]),
        XmlElement("a", text=5),
        XmlElement("a", prefixes={"p q": "u"}),
        XmlElement("a", attributes={"xmlns": "u"}),
        XmlElement("a", attributes={"{http://www.w3.org/2000/xmlns/}p": "u"}),
        XmlElement(None),
        XmlElement("a", prefixes=None),
        Header(verb="get", noun="X"),
        Property(name="x"),
        Message(Header(verb="get", noun="X")),
    ]


def written(random: Random) -> Message[Any]:
    """Return a message with wrong values in some fields."""
    message = random.choice(bases.own())
    anything = values()
    message._area = msgspec.structs.replace(message.payload_area)  # messages without payload share one
    for _ in range(random.choice((1, 1, 2))):
        holder: Any = message
        for _ in range(random.choice((1, 2, 3, 4, 6))):
            inside = [each for each in _inside(holder) if each is not holder]
            if not inside:
                break
            holder = random.choice(inside)
        fields = getattr(holder, "__struct_fields__", None) or (
            "header",
            "request_area",
            "reply_area",
            "_area",
            "extensions",
        )
        if isinstance(holder, XmlElement):
            fields = XmlElement.__slots__
        with suppress(AttributeError, TypeError):
            name, value = random.choice(fields), random.choice(anything)
            message.payload_area  # noqa: B018  # decoded now, so that it can be replaced
            if isinstance(holder, msgspec.Struct):
                # frozen structs are changed in place, which a program cannot do by mistake
                msgspec.structs.force_setattr(holder, name, value)
            else:
                setattr(holder, name, value)
    return message


def _inside(holder: Any) -> list[Any]:
    if isinstance(holder, Message):
        parts: list[Any] = [holder.header, holder.request_area, holder.reply_area, holder._area, holder.extensions]
        return [part for part in parts if part is not None]
    found: list[Any] = []
    for name in getattr(holder, "__struct_fields__", ()):
        value = getattr(holder, name)
        found += value if isinstance(value, list | tuple) else [value]
    if isinstance(holder, XmlElement) and isinstance(holder.children, tuple):
        found += holder.children
    return [each for each in found if isinstance(each, msgspec.Struct | XmlElement)]


def encodable(message: Message[Any]) -> None:
    """Check that writing raises nothing but ``EncodeError``, whatever the fields hold."""
    for form, per_noun in (("xml", False), ("xml", True), ("json", False)):
        with suppress(EncodeError, HostileError):
            assert isinstance(cimbus.encode(message, form, per_noun=per_noun), bytes)  # type: ignore[arg-type]
    items = getattr(message._area, "items", ())
    assert all(isinstance(key_of(item), str) for item in (items if isinstance(items, tuple) else ()))
