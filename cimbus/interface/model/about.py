"""Where in a noun its object is: the paths ``items`` and ``about`` of a declaration, checked when it is made.

A path is field names joined by dots (``"MeterReadings.Meter"``), or empty for the item itself. Only its last step may
be a list: a path through a list would name several objects.
"""

from __future__ import annotations

from typing import Any, Final, cast

from .spec import FieldSpec, spec_of

_IDENTITY: Final = ("mRID", "Names")
"""What identifies an object in IEC 61968 messages: its mRID, its Names, or both."""


def check_about(cls: type[Any], items: str, about: tuple[str, ...]) -> None:
    """Refuse paths that can never lead to an object.

    Args:
        cls: the class of the noun.
        items: the field that lists what the noun consists of, empty if the noun is one thing itself.
        about: the paths, from one item on.

    Raises:
        TypeError: ``about`` is no tuple of texts, or is missing where ``items`` is given.
        ValueError: a step names no field, or one that is no object; the message names class, field and what to write.

    >>> from cimbus.nouns import MeterReadings
    >>> check_about(MeterReadings, "MeterReading", ("Meter", "UsagePoint"))
    >>> check_about(MeterReadings, "MeterReading", ("Metre",))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: MeterReadings: about='Metre': MeterReading has no field 'Metre'; it has isCoincidentTrigger, ...
    """
    if not isinstance(cast("object", about), tuple):  # the letters of a string would be taken for paths
        raise TypeError(f"{cls.__name__}: about is a tuple of paths, such as about=('Meter', 'UsagePoint')")
    if items and not about:
        raise TypeError(f"{cls.__name__}: items={items!r} needs about; about=('',) if each item is the object itself")
    item = cls
    if items:
        field = _field(cls, f"items={items!r}", cls, items)
        if not field.many:
            raise ValueError(
                f"{cls.__name__}: items={items!r} is no list; leave items out and write about=({items!r},)"
            )
        item = _class_of(cls, f"items={items!r}", cls, field)
    for path in about:
        _check_path(cls, item, path)


def _check_path(noun: type[Any], item: type[Any], path: str) -> None:
    at, said = item, f"about={path!r}"
    steps = path.split(".") if path else []
    for index, step in enumerate(steps):
        field = _field(noun, said, at, step)
        if field.many and index < len(steps) - 1:
            raise ValueError(
                f"{noun.__name__}: {said}: {at.__name__}.{step} is a list, and only the last step may be one; "
                f"end the path there, or make it items={step!r}"
            )
        at = _class_of(noun, said, at, field)
    if not any(field.name in _IDENTITY for field in spec_of(at).fields):
        raise ValueError(
            f"{noun.__name__}: {said}: {at.__name__} has neither mRID nor Names and identifies nothing; "
            f"name a field whose class has one of them"
        )


def _field(noun: type[Any], said: str, at: type[Any], name: str) -> FieldSpec:
    fields = {field.name: field for field in spec_of(at).fields}
    if name not in fields:
        raise ValueError(
            f"{noun.__name__}: {said}: {at.__name__} has no field {name!r}; it has {', '.join(fields) or 'none'}"
        )
    return fields[name]


def _class_of(noun: type[Any], said: str, at: type[Any], field: FieldSpec) -> type[Any]:
    if field.kind != "class" or field.type is None:
        raise ValueError(
            f"{noun.__name__}: {said}: {at.__name__}.{field.name} is a {field.kind}, not an object; "
            f"name a field whose type is a Cim class"
        )
    return field.type
