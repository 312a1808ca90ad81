"""The key of a payload is the one object it is about, and nothing where there is no such one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cimbus import Cim, XmlElement
from cimbus.nouns import (
    EndDevice,
    EndDeviceControl,
    EndDeviceControls,
    EndDeviceEvent,
    EndDeviceEvents,
    GetEndDeviceEvents,
    GetMeterReadings,
    IdentifiedObject,
    Meter,
    MeterReading,
    MeterReadings,
    MeterReadingsSelection,
    MeterReadSchedule,
    Name,
    Reference,
    ScheduledEndDevice,
    TimeSchedule,
    key_of,
)


def thing(mrid=None, *names):
    return IdentifiedObject(mRID=mrid, Names=[Name(name=name) for name in names])


def event(**more):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return EndDeviceEvent(createdDateTime=now, EndDeviceEventType=Reference(ref="3.26.0.47"), **more)


def control(**more):
    return EndDeviceControl(EndDeviceControlType=Reference(ref="3.31.0.23"), **more)


def events(*each):
    return EndDeviceEvents(EndDeviceEvent=list(each))


def controls(*each):
    return EndDeviceControls(EndDeviceControl=list(each))


def readings(*each):
    return MeterReadings(MeterReading=list(each))


@pytest.mark.parametrize(
    ("key", "payload"),
    [
        # events: usage point, asset, the event itself; of each the mRID before the name
        ("up", events(event(mRID="e", UsagePoint=thing("up", "n"), Assets=thing("a")))),
        ("n", events(event(mRID="e", UsagePoint=thing(None, "n", "m"), Assets=thing("a")))),
        ("a", events(event(mRID="e", UsagePoint=thing(), Assets=thing("a")))),
        ("e", events(event(mRID="e", Names=[Name(name="n")]))),
        ("n", events(event(Names=[Name(name="n")]))),
        ("", events(event())),
        ("", events()),
        # controls
        ("d", controls(control(mRID="c", EndDevices=[EndDevice(mRID="d")], UsagePoints=[thing("up")]))),
        ("up", controls(control(mRID="c", UsagePoints=[thing("up")]))),
        ("g", controls(control(mRID="c", EndDeviceGroups=[thing("g")]))),
        ("c", controls(control(mRID="c"))),
        ("", controls(control(mRID="c", EndDevices=[EndDevice(mRID="d"), EndDevice(mRID="e")]))),
        # readings
        ("m", readings(MeterReading(Meter=Meter(mRID="m"), UsagePoint=thing("up")))),
        ("up", readings(MeterReading(UsagePoint=thing(None, "up")))),
        ("", readings(MeterReading())),
        # schedules and queries
        ("d", MeterReadSchedule(EndDevice=[ScheduledEndDevice(mRID="d")], TimeSchedule=[TimeSchedule()])),
        ("up", MeterReadSchedule(UsagePoint=[thing("up")], ReadingType=[thing("rt")])),
        ("d", GetMeterReadings(EndDevice=[thing("d")], UsagePoint=[thing("up")])),
        ("m", GetMeterReadings(MeterReadings=MeterReadingsSelection(Meter=thing("m")))),
        ("", GetMeterReadings(MeterReadings=MeterReadingsSelection())),
        ("", GetMeterReadings(EndDevice=[thing("d"), thing("e")])),
        ("m", GetEndDeviceEvents(Meter=[thing("m")])),
        ("c", GetEndDeviceEvents(Customer=[thing("c")])),
    ],
)
def test_the_key_is_the_object_that_the_payload_is_about(key, payload):
    assert key == key_of(payload)


def test_several_items_about_one_object_keep_its_key_and_about_several_have_none():
    one, same, other = (event(mRID=f"e{i}", UsagePoint=thing(key)) for i, key in enumerate(["up", "up", "other"]))

    assert key_of(events(one, same)) == "up"
    assert key_of(events(one, other)) == ""
    assert key_of(events(one, event())) == ""


def test_a_type_is_no_object():
    assert key_of(GetMeterReadings(ReadingType=[thing("rt")])) == ""
    assert key_of(XmlElement("X", children=[named("ReadingType", mRID="rt"), named("Thing", mRID="t")])) == "t"


class Part(Cim):
    mRID: str | None = None
    Names: Name | None = None


class Whole(Cim):
    Part: list[Part] = []


class Words(Cim):
    mRID: int | None = None
    Names: list[str] = []


_Part = Part
_Whole = Whole
_Words = Words


class OwnNoun(Cim):
    Part: list[_Part] = []
    Whole: _Whole | None = None
    Words: _Words | None = None
    PartType: _Part | None = None


@pytest.mark.parametrize(
    ("key", "payload"),
    [
        ("p", OwnNoun(Part=[Part(mRID=" p ")])),
        ("n", OwnNoun(Part=[Part(Names=Name(name="n"))])),
        ("deep", OwnNoun(Whole=Whole(Part=[Part(mRID="deep")]))),
        ("7", OwnNoun(Words=Words(mRID=7))),
        ("w", OwnNoun(Words=Words(Names=["w"]))),
        ("near", OwnNoun(Part=[Part(mRID="near")], Whole=Whole(Part=[Part(mRID="deep")]))),
        ("", OwnNoun(PartType=Part(mRID="t"))),
        ("", OwnNoun(Part=[Part(mRID="p"), Part(mRID="q")])),
        ("", OwnNoun()),
    ],
)
def test_a_noun_of_ones_own_is_searched_level_by_level_whatever_its_shape(key, payload):
    assert key == key_of(payload)


def test_a_class_that_only_shares_a_nouns_name_is_searched():
    own = type("MeterReadings", (Cim,), {"__annotations__": {"Part": Part | None}, "Part": None})

    assert key_of(own(Part=Part(mRID="p"))) == "p"


def named(element, /, **leaves):
    return XmlElement(element, children=[XmlElement(leaf, text=text) for leaf, text in leaves.items()])


@pytest.mark.parametrize(
    ("key", "element"),
    [
        ("o", named("Outage", mRID="\n o ")),
        ("n", XmlElement("Outage", children=[named("Names", name="n")])),
        ("o", XmlElement("Outages", children=[named("Outage", mRID="o")])),
        ("", XmlElement("Outages", children=[named("Outage", mRID="o"), named("Outage", mRID="p")])),
        (
            "",
            XmlElement(
                "A", children=[XmlElement("B", children=[XmlElement("C", children=[named("D", mRID="too deep")])])]
            ),
        ),
        ("", XmlElement("Outages")),
    ],
)
def test_an_unknown_noun_is_searched_likewise(key, element):
    assert key == key_of(element)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "text",
        EndDeviceEvents(EndDeviceEvent=event()),
        EndDeviceEvents(EndDeviceEvent=[None]),
        EndDeviceEvents(EndDeviceEvent=None),
        OwnNoun(Part=[None, 5]),
        OwnNoun(Part=7),
        GetMeterReadings(EndDevice=[None]),
    ],
    ids=repr,
)
def test_a_wrong_value_has_no_key_and_is_left_to_the_encoder(wrong):
    assert key_of(wrong) == ""
