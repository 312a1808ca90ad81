"""A noun declares what it is about; impossible paths are refused there."""

from __future__ import annotations

import pytest

from cimbus import Cim, noun
from cimbus.interface.model import find_class, noun_of
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, IdentifiedObject, Name, key_of

NAMESPACE = "http://example.org/2026/About#"


class AboutBreaker(Cim):
    mRID: str | None = None
    position: str | None = None


class AboutFeeder(Cim):
    breakers: list[AboutBreaker] = []
    substation: IdentifiedObject | None = None
    names: list[Name] = []


@noun(NAMESPACE, items="outages", about=("substation", "breakers"))
class AboutOutages(Cim):
    outages: list[AboutFeeder] = []
    count: int | None = None


def test_a_noun_of_ones_own_says_what_it_is_about():
    by_station = AboutFeeder(substation=IdentifiedObject(mRID="s"), breakers=[AboutBreaker(mRID="b")])
    by_breaker = AboutFeeder(breakers=[AboutBreaker(mRID="b")])

    assert key_of(AboutOutages(outages=[by_station])) == "s"
    assert key_of(AboutOutages(outages=[by_breaker])) == "b"
    assert key_of(AboutOutages(outages=[by_breaker, by_station])) == ""
    assert key_of(AboutOutages()) == ""


def test_the_entry_of_a_noun_carries_it():
    assert noun_of(AboutOutages).about == ("substation", "breakers")
    assert (noun_of(EndDeviceEvents).items, noun_of(EndDeviceEvents).about) == (
        "EndDeviceEvent",
        ("UsagePoint", "Assets", ""),
    )
    assert noun_of(GetMeterReadings).items == ""
    assert find_class(AboutFeeder) is None


@pytest.mark.parametrize(
    ("items", "about", "words"),
    [
        ("outage", ("",), ["items='outage'", "AboutWrong", "no field 'outage'", "outages, feeder, count"]),
        ("count", ("",), ["items='count'", "is no list", "leave items out"]),
        ("feeder", ("",), ["items='feeder'", "is no list", "about=('feeder',)"]),
        ("words", ("",), ["AboutWrong.words is a string", "Cim class"]),
        ("outages", ("station",), ["about='station'", "AboutFeeder has no field 'station'", "breakers, substation"]),
        ("outages", ("breakers.mRID",), ["AboutFeeder.breakers is a list", "last step"]),
        ("outages", ("substation.mRID",), ["IdentifiedObject.mRID is a string"]),
        ("outages", ("",), ["AboutFeeder has neither mRID nor Names"]),
        ("", ("feeder",), ["AboutFeeder has neither mRID nor Names"]),
        ("", ("",), ["AboutWrong has neither mRID nor Names"]),
        ("", ("feeder.nowhere",), ["AboutFeeder has no field 'nowhere'"]),
        ("", ("feeder.",), ["AboutFeeder has no field ''"]),
    ],
)
def test_an_impossible_path_is_refused_where_it_is_declared(items, about, words):
    with pytest.raises(ValueError, match="AboutWrong") as caught:

        @noun(NAMESPACE, items=items, about=about)
        class AboutWrong(Cim):
            outages: list[AboutFeeder] = []
            feeder: AboutFeeder | None = None
            count: int | None = None
            words: list[str] = []

    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("items", "about", "words"),
    [("", "substation", "tuple of paths"), ("", ["substation"], "tuple of paths"), ("outages", (), "needs about")],
)
def test_about_is_a_tuple_of_paths(items, about, words):
    with pytest.raises(TypeError, match=words):
        noun(NAMESPACE, name="Another", items=items, about=about)(AboutFeeder)


def test_what_was_refused_is_not_registered():
    with pytest.raises(ValueError, match="no field"):
        noun(NAMESPACE, name="AboutRefused", about=("nowhere",))(AboutFeeder)

    assert find_class(AboutFeeder) is None


def test_a_type_that_cannot_be_resolved_is_refused_with_the_cure():
    class Local(Cim):
        mRID: str | None = None

    with pytest.raises(TypeError, match=r"AboutNames: the type of a field cannot be resolved .*top level"):

        @noun(NAMESPACE)
        class AboutNames(Cim):
            part: Local | None = None
