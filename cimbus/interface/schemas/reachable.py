"""The classes and enumerations that a noun is made of."""

from __future__ import annotations

from typing import Any, cast

from cimbus.interface.model import Cim, CimEnum, spec_of, substitutes_of


def classes_of(cls: type[Any]) -> dict[str, type[Cim]]:
    """Return a class and those that it is made of, by the name of their type: the class's, with a number for a second.

    With a class go those that may stand for it.

    >>> from cimbus.nouns import MeterReadSchedule
    >>> list(classes_of(MeterReadSchedule))[:3]
    ['MeterReadSchedule', 'IdentifiedObject', 'ScheduledEndDevice']
    """
    return cast("dict[str, type[Cim]]", _reached(cls, "class"))


def enums_of(cls: type[Any]) -> dict[str, type[CimEnum]]:
    """Return the enumerations that a class and those that it is made of have, by name.

    >>> from cimbus.nouns import MeterReadings
    >>> list(enums_of(MeterReadings))
    ['ReadingReasonKind']
    """
    return cast("dict[str, type[CimEnum]]", _reached(cls, "enum"))


def _reached(cls: type[Any], kind: str) -> dict[str, type[Any]]:
    classes, found, todo = {cls}, {cls: None} if kind == "class" else {}, [cls]
    while todo:
        fresh: list[type[Any]] = []
        for field in spec_of(todo.pop(0)).fields:
            if field.type is None:
                continue
            standing = substitutes_of(field.type).values() if field.kind == "class" else ()
            for each in (field.type, *standing):
                if field.kind == kind:
                    found.setdefault(each)
                if field.kind == "class" and each not in classes:
                    classes.add(each)
                    fresh.append(each)
        todo = [*fresh, *todo]
    names: dict[str, type[Any]] = {}
    for each in found:
        name, number = each.__name__, 2
        while name in names:
            name, number = f"{each.__name__}{number}", number + 1
        names[name] = each
    return names
