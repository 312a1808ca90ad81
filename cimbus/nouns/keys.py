"""Which object a payload is about: the key that keeps its messages in order.

The key is the object's mRID, else its first name. What counts as the object is the device or usage point, not the event: all
events of a meter belong in one order. A payload about several objects has no key of its own: it gets the empty one, and no
order is promised between it and others.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from operator import attrgetter
from typing import Any, Final, cast

from cimbus.element import Element
from cimbus.model import Cim, spec_of

_PATHS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "EndDeviceEvents": ("EndDeviceEvent", ("UsagePoint", "Assets", "")),
    "EndDeviceControls": ("EndDeviceControl", ("EndDevices", "UsagePoints", "EndDeviceGroups", "UsagePointGroups", "")),
    "MeterReadings": ("MeterReading", ("Meter", "UsagePoint")),
    "GetMeterReadings": ("", ("EndDevice", "UsagePoint", "MeterReadings.Meter", "MeterReadings.UsagePoint")),
    "GetEndDeviceEvents": ("", ("Meter", "UsagePoint", "EndDeviceGroup", "Customer")),
    "MeterReadSchedule": ("", ("EndDevice", "UsagePoint", "EndDeviceGroup", "UsagePointGroup")),
}
"""Per noun: the list of items it consists of (empty: itself), and where in an item the object is looked for, in turn."""

_DEPTH: Final = 3


def key_of(payload: object) -> str:
    """Return the key of a payload, empty where it is about no object or about several."""
    if isinstance(payload, Cim):
        items, finders = _finders(type(payload))
        if items is None:
            return _first(payload, finders) or _searched(payload)
        found = ""
        for item in getattr(payload, items):
            key = _first(item, finders)
            if not key or (found and key != found):
                return ""
            found = key
        return found
    return _searched_element(payload) if isinstance(payload, Element) else ""


@cache
def _finders(cls: type[Any]) -> tuple[str | None, tuple[Any, ...]]:
    items, paths = _PATHS.get(cls.__name__, ("", ()))
    return items or None, tuple(attrgetter(path) if path else _itself for path in paths)


def _itself(value: Any) -> Any:
    return value


def _first(item: Any, finders: Iterable[Any]) -> str:
    for find in finders:
        try:
            value = find(item)
        except AttributeError:  # an optional step of the path is None
            continue
        if isinstance(value, list):
            values = cast("list[Any]", value)
            keys = {_identity(each) for each in values}
            if len(keys) > 1:
                return ""
            value = values[0] if values else None
        if value is not None and (key := _identity(value)):
            return key
    return ""


def _identity(value: Any) -> str:
    """Return an object's mRID, else its first name."""
    mrid = getattr(value, "mRID", None)
    if mrid:
        return str(mrid)
    names = getattr(value, "Names", None)
    return str(names[0].name or "") if names else ""


def _searched(payload: Cim) -> str:
    """Look for the identity in a noun that nobody told us about, breadth first."""
    level: list[Cim] = [payload]
    for _ in range(_DEPTH):
        keys = {key for value in level if (key := _identity(value))}
        if keys:
            return keys.pop() if len(keys) == 1 else ""
        below: list[Cim] = []
        for value in level:
            for field in spec_of(type(value)).fields:
                if field.kind == "class" and (content := getattr(value, field.name)):
                    below += content if field.many else [content]
        level = below
    return ""


def _searched_element(payload: Element) -> str:
    level = [payload]
    for _ in range(_DEPTH):
        keys = {key for e in level if (key := (e.value("mRID") or e.value("Names/name")).strip())}
        if keys:
            return keys.pop() if len(keys) == 1 else ""
        level = [child for e in level for child in e.children if child.children]
    return ""
