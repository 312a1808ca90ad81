"""Every noun, with every child it can have, survives both formats and strict reading."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

import cimbus
from cimbus import nouns
from cimbus.interface.model import FieldSpec, spec_of

ALL = [
    nouns.EndDeviceControls,
    nouns.EndDeviceEvents,
    nouns.GetEndDeviceEvents,
    nouns.GetMeterReadings,
    nouns.MeterReadSchedule,
    nouns.MeterReadings,
]
VALUES: dict[str, Any] = {
    "string": "a & b",
    "dateTime": datetime(2026, 3, 1, 12, tzinfo=UTC),
    "decimal": Decimal("1.50"),
    "float": Decimal("-0.10"),
    "integer": 7,
    "boolean": False,
    "date": date(2026, 3, 1),
    "time": time(6, 30),
    "duration": timedelta(minutes=15),
}


def full(cls: type, chosen: int = 0) -> Any:
    """Return an instance with all children present, of a choice only one."""
    left_out = {
        name
        for choice in cls.choices
        for place, names in enumerate(choice.alternatives)
        if place != chosen and not choice.repeated
        for name in names
    }
    return cls(**{field.name: content(field, chosen) for field in spec_of(cls).fields if field.name not in left_out})


def content(field: FieldSpec, chosen: int) -> Any:
    def one() -> Any:
        if field.kind == "class":
            return full(field.type, chosen)
        return next(iter(field.type)) if field.kind == "enum" else VALUES[field.kind]

    return [one(), one()] if field.many else one()


def message(payload: Any) -> cimbus.Message:
    verb = "get" if type(payload).__name__.startswith("Get") else "created"
    return cimbus.Message.of(payload, verb=verb, source="test", timestamp=datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize("fmt", ["xml", "json"])
@pytest.mark.parametrize("chosen", range(4))
@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_a_full_noun_is_read_strictly_and_unchanged(cls, chosen, fmt):
    payload = full(cls, chosen)

    read = cimbus.decode(cimbus.encode(message(payload), format=fmt), strict=True)

    assert read.payload == payload
    assert read.notes == ()


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_children_are_written_in_schema_order(cls):
    root = etree.fromstring(cimbus.encode(message(full(cls))))
    (noun,) = root.iter("{*}" + cls.__name__)

    def check(element: etree._Element, owner: type) -> None:
        names = [etree.QName(child).localname for child in element]
        fields = {field.xml: field for field in spec_of(owner).elements}

        assert list(dict.fromkeys(names)) == [name for name in fields if name in set(names)]
        for child, name in zip(element, names, strict=True):
            if fields[name].kind == "class":
                check(child, fields[name].type)

    check(noun, cls)


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_an_empty_noun_is_allowed(cls):
    assert cimbus.decode(cimbus.encode(message(cls())), strict=True).payload == cls()
