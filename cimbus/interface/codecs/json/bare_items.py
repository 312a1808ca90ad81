"""A noun that came without itself: its main children (``{"MeterReadings": [{"Meter": ...}]}``), or one of them."""

from __future__ import annotations

from typing import Any, Final

from cimbus.interface.model import FieldSpec, Noun, find_in_case, find_named, per_class, spec_of

from .content import as_list, as_object

Json = Any

_ALL: Final = 1 << 30
"""More members than there can be."""
_LOOKED_AT: Final = 8
"""Items of a list that are looked at: what is sent in one list has one form."""


def as_noun(name: str, value: Json) -> Json:
    """Return the JSON of a noun, with the list that its items belong into where the sender left it out.

    >>> import cimbus.nouns
    >>> as_noun("MeterReadings", [{"Meter": {"mRID": "m-1"}}])
    {'MeterReading': [{'Meter': {'mRID': 'm-1'}}]}
    >>> as_noun("MeterReadings", [{"MeterReading": []}])
    [{'MeterReading': []}]
    """
    several = find_named(name) or find_in_case(name)
    items: list[Json] = (as_list(value) or [as_object(value)])[:_LOOKED_AT]
    if not several or not items[0]:
        return value
    whole = max(_known(entry.cls, items) for entry in several)
    for entry in several:
        field = _main(entry)
        if field is not None and field.type is not None and _known(field.type, items) > whole:
            return {field.xml: value}
    return value


def main_children(name: str, key: str) -> FieldSpec | None:
    """Return the field of a noun's main children, if an object under the noun's name is one of them.

    Args:
        name: the name of the noun, in whatever case.
        key: the first member of the object.

    >>> import cimbus.nouns
    >>> main_children("meterReadings", "Meter").xml, main_children("MeterReadings", "MeterReading")
    ('MeterReading', None)
    """
    key = key.lstrip("@_-").rpartition(":")[2].lower()
    for entry in find_named(name) or find_in_case(name):
        field = _main(entry)
        if field is not None and field.type is not None and key in _names(field.type) and key not in _names(entry.cls):
            return field
    return None


def _main(entry: Noun) -> FieldSpec | None:
    """Return the field of a noun's main children: the one that was declared, or the one list of a class."""
    fields = [each for each in spec_of(entry.cls).fields if each.kind == "class" and each.many]
    declared = next((each for each in fields if each.name == entry.items), None)
    return declared or (fields[0] if len(fields) == 1 else None)


@per_class
def _names(cls: type[Any]) -> frozenset[str]:
    return frozenset(field.xml.lower() for field in spec_of(cls).fields)


def _known(cls: type[Any], items: list[Json]) -> int:
    """Return how many members of objects a class has; of one that is in our own form, all."""
    count = 0
    for item in items:
        for key in as_object(item):
            if key.startswith("#"):
                return _ALL
            count += key.lstrip("@_-").lower() in _names(cls)
    return count
