"""Which object a payload is about: the key that keeps its messages in order.

The key is the object's mRID, else its first name. A noun's declaration says where in it the object is
(``@noun(..., items=..., about=...)``); a noun that does not say it is searched. The object is the device or the usage
point rather than the event, so that all events of a meter keep their order. A payload about several objects has the
empty key, and no order is promised between it and others. A type (ReadingType, EndDeviceEventType) is no object.

Rule: publishing calls this on classes that users declared and on values that may be wrong, so nothing here may raise;
the encoder says what is wrong with a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, Final, TypeVar, cast

from cimbus.interface.element import XmlElement
from cimbus.interface.model import Cim, find_class, per_class, spec_of

T = TypeVar("T")
# a union of classes is made anew wherever one is written, in twice the time of the look at the value
_LISTS: Final = (list, tuple)
_WORDS: Final = (str, int)
_BITS: Final = 128
"""Of an integer in place of an mRID: a UUID has no more, and Python refuses to write one of thousands of digits."""
_Finders = tuple[Callable[[Any], Any], ...]

_DEPTH: Final = 3
"""Levels of an unknown noun that are searched: the noun, its items (EndDeviceEvent), their objects (UsagePoint)."""


def key_of(payload: object) -> str:
    """Return the key of a payload, empty where it is about no object or about several. Never raises.

    >>> from cimbus.nouns import Meter, MeterReading, MeterReadings
    >>> key_of(MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID="meter-7"))]))
    'meter-7'
    """
    try:
        if isinstance(payload, Cim):
            items, finders = _plan(type(payload))
            if items:
                return _shared(getattr(payload, items), finders)
            return _first(payload, finders) if finders else _searched(payload, _identity, _below)
        if isinstance(payload, XmlElement):
            return _searched(payload, _element_identity, _element_below)
    # a value of a wrong type may fail in any way when it is looked at; the encoder says what is wrong with it
    except Exception:  # noqa: BLE001
        return ""
    return ""


@per_class
def _plan(cls: type[Any]) -> tuple[str, _Finders]:
    """Return what the noun's declaration says: the list of items, and where to look in one."""
    entry = find_class(cls)
    if entry is None:
        return "", ()
    return entry.items, tuple(attrgetter(path) if path else _itself for path in entry.about)


def _itself(value: Any) -> Any:
    return value


def _shared(items: Any, finders: _Finders) -> str:
    """Return the key that all items share."""
    found = ""
    if not issubclass(type(items), _LISTS):  # which leaves its type open, as a cast would, and costs half
        return found
    if len(items) == 1:
        return _first(items[0], finders)
    for item in items:
        key = _first(item, finders)
        if not key or (found and key != found):
            return ""
        found = key
    return found


def _first(item: Any, finders: _Finders) -> str:
    """Return the key at the first place that names an object; empty if it names several."""
    for find in finders:
        try:
            value = find(item)
        except AttributeError:  # an optional step of the path is None, or a value has a wrong type
            continue
        if value is None:
            continue
        if isinstance(value, _LISTS):
            keys = {_identity(each) for each in cast("list[Any]", value)}
            if len(keys) > 1:
                return ""
            key = keys.pop() if keys else ""
        else:
            key = _identity(value)
        if key:
            return key
    return ""


def _identity(value: Any) -> str:
    """Return an object's mRID, else its first name, else nothing."""
    mrid = getattr(value, "mRID", None)
    if type(mrid) is str and (text := mrid.strip()):  # as most
        return text
    if isinstance(mrid, int) and mrid.bit_length() > _BITS:
        return ""
    if mrid and isinstance(mrid, _WORDS) and (text := str(mrid).strip()):
        return text
    names: Any = getattr(value, "Names", None)
    if not names:
        return ""
    name = cast("list[Any]", names)[0] if isinstance(names, _LISTS) else names
    word: object = name if isinstance(name, str) else getattr(name, "name", None)
    return word.strip() if isinstance(word, str) else ""


def _below(value: Cim) -> Iterable[Cim]:
    for field in spec_of(type(value)).fields:
        if field.kind == "class" and not field.name.endswith("Type"):
            content = getattr(value, field.name)
            several = cast("list[Any]", content) if isinstance(content, _LISTS) else (content,)
            yield from (each for each in several if isinstance(each, Cim))


def _element_identity(element: XmlElement) -> str:
    return element.value("mRID").strip() or element.value("Names/name").strip()


def _element_below(element: XmlElement) -> Iterable[XmlElement]:
    return (child for child in element.children if child.children and not child.name.endswith("Type"))


def _searched(payload: T, identity: Callable[[T], str], below: Callable[[T], Iterable[T]]) -> str:
    """Look for the identity in a noun that declares no path, breadth first; the first level with one decides."""
    level = [payload]
    for _ in range(_DEPTH):
        found = ""
        for value in level:
            key = identity(value)
            if key and found and key != found:
                return ""
            found = key or found
        if found:
            return found
        level = [child for value in level for child in below(value)]
    return ""
