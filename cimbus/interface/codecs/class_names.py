"""Under which names the objects of a class stand in a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cimbus.interface.model import Cim, all_nouns, find_class, spec_of


class Place(NamedTuple):
    """Where an element of some name is of a class.

    Attributes:
        within: the elements that it has to stand in; none: any.
        outside: the elements that it must not stand in.
    """

    within: frozenset[str]
    outside: frozenset[str]


class ClassNames:
    """The names of elements that are of a class: its noun's, and those of fields of registered nouns.

    A name may be a noun's and a field's: ``EndDeviceEvents`` in a ``MeterReading`` is one event, and elsewhere a noun.

    Args:
        cls: the class.

    >>> from cimbus.nouns import EndDeviceEvent, EndDeviceEvents
    >>> ClassNames(EndDeviceEvent).has("EndDeviceEvents", "MeterReading")
    True
    >>> ClassNames(EndDeviceEvents).has("EndDeviceEvents", "MeterReading")
    False
    """

    def __init__(self, cls: type[Cim]) -> None:
        noun = find_class(cls)
        nouns = {entry.name for entry in all_nouns()}
        parts = _fields()
        own = {noun.name} if noun is not None else {name for name, kinds in parts.items() if cls in kinds}
        self.places = {name: self._place(name, cls, nouns, parts, noun=noun is not None) for name in own}
        """By name, where it is of the class."""

    @staticmethod
    def _place(
        name: str,
        cls: type[Cim],
        nouns: set[str],
        parts: Mapping[str, Mapping[type[Any], frozenset[str]]],
        *,
        noun: bool,
    ) -> Place:
        others = [above for kind, above in parts.get(name, {}).items() if kind is not cls]
        if noun:
            return Place(frozenset(), frozenset[str]().union(*others))
        return Place(parts[name][cls] if name in nouns else frozenset(), frozenset())

    def has(self, name: str, above: str) -> bool:
        """Return whether an element is of the class, by its name and that of the element that it is in."""
        place = self.places.get(name)
        return place is not None and above not in place.outside and (not place.within or above in place.within)

    def folded(self) -> ClassNames:
        """Return the same for names in lower case.

        >>> from cimbus.nouns import MeterReading
        >>> ClassNames(MeterReading).folded().has("meterreading", "meterreadings")
        True
        """
        made = ClassNames.__new__(ClassNames)
        made.places = {
            name.lower(): Place(*(frozenset(each.lower() for each in names) for names in place))
            for name, place in self.places.items()
        }
        return made


def _fields() -> dict[str, dict[type[Any], frozenset[str]]]:
    """Return the names of fields of registered nouns; by each, their classes, and the elements that they stand in."""
    names: dict[type[Any], set[str]] = {}
    for entry in all_nouns():
        names.setdefault(entry.cls, set()).add(entry.name)
    todo, seen = list(names), set[type[Any]]()
    above: dict[str, dict[type[Any], set[type[Any]]]] = {}
    while todo:
        cls = todo.pop()
        if cls in seen:
            continue
        seen.add(cls)
        for field in spec_of(cls).fields:
            if field.kind == "class" and field.type is not None:
                names.setdefault(field.type, set()).add(field.xml)
                above.setdefault(field.xml, {}).setdefault(field.type, set()).add(cls)
                todo.append(field.type)
    return {
        name: {kind: frozenset[str]().union(*(names[cls] for cls in classes)) for kind, classes in kinds.items()}
        for name, kinds in above.items()
    }
