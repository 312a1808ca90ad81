"""A noun with everything that a profile schema may say beyond kinds: choices, facets, attributes, inheritance, nil."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated

from cimbus import Cim, CimEnum, noun
from cimbus.interface.model import (
    AtLeastOne,
    Attribute,
    AttributeOf,
    Date,
    Duration,
    ModelReference,
    TextOf,
    Time,
    choice,
    facets,
)

NAMESPACE = "urn:test:profile#"
HEAD = "00000000-0000-0000-0000-00000000000"


class Unit(CimEnum):
    """Values that are no identifiers."""

    in_ = "in"
    mg_per_l = "mg/l"


class Amount(Cim):
    """A number with attributes that are no plain texts."""

    value: TextOf[Decimal | None]
    unit: AttributeOf[Unit]
    places: AttributeOf[int | None] = None
    checked: AttributeOf[Annotated[bool | None, facets(default="false")]] = None
    remark: Attribute = None


class Device(Cim):
    """The base of another class."""

    model_reference = ModelReference("urn:cim#EndDevice", {"mRID": "IdentifiedObject.mRID", "local": ""})

    mRID: Annotated[str | None, facets(pattern="[0-9a-f-]{36}")] = None
    local: str | None = None


class MeterOf(Device):
    """A class that extends another: its children come behind those."""

    digits: Annotated[int | None, facets(ge=1, le=9)] = None


class Nothing(Cim):
    """An empty type."""


@noun(NAMESPACE, about=("Meter", "EndDevice"))
class DeclaredProfile(Cim):
    """A noun of them."""

    choices = (
        choice("Meter", "EndDevice", required=True, repeated=True),
        choice("first", ("second", "third")),
    )

    day: Date | None = None
    clock: Time | None = None
    length: Duration | None = None
    Meter: list[MeterOf] = []
    EndDevice: list[Device] = []
    amount: Amount | None = None
    first: str | None = None
    second: str | None = None
    third: str | None = None
    empty: Nothing | None = None
    state: Annotated[str | None, facets(default="on", max_length=3)] = None
    left: Annotated[str, facets(nillable=True)]
    code: AtLeastOne[str]


PROFILE = DeclaredProfile(
    day=date(2026, 3, 1),
    clock=time(6, 30),
    length=timedelta(minutes=15),
    Meter=[MeterOf(mRID=f"{HEAD}1", digits=6), MeterOf(mRID=f"{HEAD}2")],
    EndDevice=[Device(mRID=f"{HEAD}3", local="x")],
    amount=Amount(value=Decimal("1.50"), unit=Unit.mg_per_l, places=2, checked=True, remark="a & b"),
    second="s",
    third="t",
    empty=Nothing(),
    state="off",
    left="l",
    code=["c"],
)
