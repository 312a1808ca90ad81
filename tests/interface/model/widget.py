"""A noun with a field of every type, for the tests of several modules: a class can be registered only once."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from cimbus import Cim, CimEnum, noun
from cimbus.interface.model import AtLeastOne, Attribute, DateTime, Float, Text

NAMESPACE = "urn:test:declare#"


class Colour(CimEnum):
    """What it looks like."""

    red = "red"
    green = "green"


class Size(Cim):
    """A text with a unit."""

    value: Text
    unit: Attribute = None


class Part(Cim):
    """One part, which may have parts itself."""

    name: str
    Part: list[Part] = []


_Part = Part


@noun(NAMESPACE)
class DeclaredWidget(Cim):
    """A noun with a field of every type."""

    mRID: str
    made: DateTime | None = None
    weight: Decimal | None = None
    ratio: Float | None = None
    count: int | None = None
    works: bool | None = None
    colour: Colour | None = None
    Size: Size | None = None
    Part: list[_Part] = []
    label: AtLeastOne[str]


WIDGET = DeclaredWidget(
    mRID="1",
    made=datetime(2026, 3, 1, tzinfo=UTC),
    weight=Decimal("1.50"),
    ratio=Decimal("1E+3"),
    count=3,
    works=False,
    colour=Colour.green,
    Size=Size(value="7", unit="cm"),
    Part=[_Part(name="a", Part=[_Part(name="b")])],
    label=["x", "y & z"],
)
