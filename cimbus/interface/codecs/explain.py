"""Which value of a message is of the wrong type: asked only when writing it has failed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from cimbus.interface.element import XmlElement
from cimbus.interface.message import Message
from cimbus.interface.model import Cim, spec_of


def explain(message: Message[Any], error: Exception) -> str:
    """Return what is wrong, with the path to it where it can be found.

    >>> from cimbus import Message, nouns
    >>> wrong = Message.of(nouns.MeterReadings(MeterReading=["text"]))
    >>> explain(wrong, TypeError("..."))
    "MeterReadings/MeterReading[1]: a MeterReading is wanted, not the str 'text'"
    """
    try:
        return _named(message) or f"{type(error).__name__}: {str(error)[:_SHOWN]}"
    # a value may fail in whatever is asked of it, or contain itself; the error that is explained must not be hidden
    except Exception:  # noqa: BLE001
        return f"{type(error).__name__} in a value that cannot be shown"


def _named(message: Message[Any]) -> str:
    parts: list[object] = [message.header, message.request_area, message.reply_area, *message.payloads]
    for part in parts:
        if isinstance(part, Cim) and (found := _wrong(part, type(part).__name__)):
            return found
        if part is not None and not isinstance(part, Cim | XmlElement):
            return f"{type(part).__name__} is neither a noun nor an XmlElement"
    return ""


def _shown(item: object) -> str:
    """Return a value's type and, where it can be shown, its beginning."""
    try:
        text = repr(item[:_SHOWN] if isinstance(item, str | bytes) else item)
    except Exception:  # noqa: BLE001  # an integer of more than 4 300 digits, or whatever a program's class raises
        return type(item).__name__
    return f"{type(item).__name__} {text[:_SHOWN]}"


_SHOWN = 200
"""Characters of a value or an error that are repeated: enough to find it."""
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "enum": (str,),
    "dateTime": (datetime,),
    "date": (date,),
    "time": (time,),
    "duration": (timedelta,),
    "decimal": (Decimal,),
    "float": (Decimal,),
    "integer": (int,),
    "boolean": (bool,),
}


def _wrong(value: Cim, path: str) -> str:
    for field in spec_of(type(value)).fields:
        content: Any = getattr(value, field.name)
        if field.many and not isinstance(content, list | tuple):  # a wrong value; the annotation says a list
            return f"{path}/{field.xml}: a list is wanted, not the {_shown(content)}"
        items: list[Any] = cast("list[Any]", content) if field.many else [content]
        for index, item in enumerate(items):
            place = f"{path}/{field.xml}" + (f"[{index + 1}]" if field.many else "")
            if (item is None and not field.many) or field.kind == "any":
                continue
            wanted = (field.type,) if field.kind == "class" and field.type else _TYPES.get(field.kind, (object,))
            if not isinstance(item, wanted):
                return f"{place}: a {wanted[0].__name__} is wanted, not the {_shown(item)}"
            if isinstance(item, datetime) and item.tzinfo is None:
                return f"{place}: {item} has no time zone; use datetime.now(UTC), or value.replace(tzinfo=...)"
            if isinstance(item, Cim) and (found := _wrong(item, place)):
                return found
    return ""
