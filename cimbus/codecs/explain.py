"""Which value of a message is of the wrong type: asked only when writing it has failed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from cimbus.element import Element
from cimbus.message import Message
from cimbus.model import Cim, spec_of


def explain(message: Message[Any], error: Exception) -> str:
    """Return what is wrong, with the path to it where it can be found."""
    parts: list[object] = [message.header, message.request_area, message.reply_area, *message.payloads]
    for part in parts:
        if isinstance(part, Cim) and (found := _wrong(part, type(part).__name__)):
            return found
        if part is not None and not isinstance(part, Cim | Element):
            return f"{type(part).__name__} is neither a noun nor an Element"
    return f"{type(error).__name__}: {error}"


_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "enum": (str,),
    "dateTime": (datetime,),
    "decimal": (Decimal,),
    "float": (Decimal,),
    "integer": (int,),
    "boolean": (bool,),
}


def _wrong(value: Cim, path: str) -> str:
    for field in spec_of(type(value)).fields:
        content = getattr(value, field.name)
        for index, item in enumerate(content if field.many else (content,)):
            place = f"{path}/{field.xml}" + (f"[{index + 1}]" if field.many else "")
            if (item is None and not field.many) or field.kind == "any":
                continue
            wanted = (field.type,) if field.kind == "class" and field.type else _TYPES.get(field.kind, (object,))
            if not isinstance(item, wanted):
                return f"{place}: a {wanted[0].__name__} is wanted, not the {type(item).__name__} {item!r}"
            if isinstance(item, datetime) and item.tzinfo is None:
                return f"{place}: {item} has no time zone; use datetime.now(UTC), or value.replace(tzinfo=...)"
            if isinstance(item, Cim) and (found := _wrong(item, place)):
                return found
    return ""
