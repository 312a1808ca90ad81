"""A noun of one's own is a class of a few lines; what has no XML form is refused when the class is made."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

import cimbus
from cimbus import Cim, CimEnum, Message, noun
from cimbus.model import Attribute, DateTime, Float, Some, Text, all_nouns, find_noun, noun_of, spec_of

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
    label: Some[str]


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


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_declared_noun_works_in_both_forms(form):
    made = Message.of(WIDGET)

    read = cimbus.decode(cimbus.encode(made, form), strict=True)
    assert read == made
    assert type(read.payload) is DeclaredWidget
    assert read.payload.Part[0].Part[0].name == "b"


def test_a_declared_noun_has_its_fields_as_elements_in_order():
    root = etree.fromstring(cimbus.encode(Message.of(WIDGET)))
    (widget,) = root.iter(f"{{{NAMESPACE}}}DeclaredWidget")

    names = [etree.QName(child).localname for child in widget]
    assert names == ["mRID", "made", "weight", "ratio", "count", "works", "colour", "Size", "Part", "label", "label"]
    size = widget.find(f"{{{NAMESPACE}}}Size")
    assert (size.text, dict(size.attrib)) == ("7", {"unit": "cm"})


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_value_that_an_enumeration_does_not_list_survives(form):
    made = Message.of(DeclaredWidget(mRID="1", colour=Colour("blue"), label=["x"]))

    read = cimbus.decode(cimbus.encode(made, form))
    assert read.payload.colour == "blue"
    assert isinstance(read.payload.colour, Colour)
    assert not read.payload.colour.known
    assert Colour("red") is Colour.red
    assert Colour.red.known
    with pytest.raises(cimbus.StrictError):
        _ = cimbus.decode(cimbus.encode(made, form), strict=True).payload


def test_an_enumeration_does_not_grow():
    Colour("blue")

    assert [*Colour] == [Colour.red, Colour.green]
    with pytest.raises(ValueError):
        Colour(5)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"mRID": "1", "label": []}, "label"),
        ({"mRID": None, "label": ["x"]}, "mRID"),
        ({"mRID": 5, "label": ["x"]}, "mRID"),
        ({"mRID": "1", "label": [None]}, "label"),
        ({"mRID": "1", "label": ["x"], "made": datetime(2026, 3, 1)}, "made"),  # noqa: DTZ001
        ({"mRID": "1", "label": ["x"], "Size": "7"}, "Size"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_value_is_refused_when_it_is_written_and_named(values, named):
    with pytest.raises(cimbus.EncodeError, match=named):
        cimbus.encode(Message.of(DeclaredWidget(**values)))


def test_registered_nouns_are_found_by_name_and_class():
    entry = find_noun("DeclaredWidget", NAMESPACE)

    assert entry in all_nouns()
    assert find_noun("DeclaredWidget", "urn:other") is entry
    assert noun_of(DeclaredWidget) is entry
    assert find_noun("Undeclared", "") is None
    with pytest.raises(TypeError, match="not a noun"):
        noun_of(Size)


def test_a_query_is_declared_with_what_it_asks_for():
    @noun("urn:test:declare-query#", query_of="DeclaredWidget")
    class GetDeclaredWidget(Cim):
        limit: int | None = None

    made = Message.of(GetDeclaredWidget(limit=5))
    assert (made.header.verb, made.header.noun) == ("get", "DeclaredWidget")
    assert cimbus.decode(cimbus.encode(made), strict=True) == made


def test_two_classes_cannot_stand_for_one_noun():
    with pytest.raises(ValueError, match="already"):

        @noun(NAMESPACE, name="DeclaredWidget")
        class Other(Cim):
            a: str


@pytest.mark.parametrize(
    "wrong", [dict, dict[str, str], date, bytes, set[str], str | int, list[list[str]], float], ids=str
)
def test_a_type_without_xml_form_is_refused_and_the_field_named(wrong):
    with pytest.raises(TypeError, match=r"Bad.*\.field"):

        @noun("urn:test:bad#")
        class Bad(Cim):
            __annotations__ = {"field": wrong}


def test_a_plain_enum_is_refused():
    import enum

    class Plain(enum.Enum):
        a = "a"

    class Holder(Cim):
        __annotations__ = {"field": Plain}

    with pytest.raises(TypeError, match=r"Holder\.field"):
        spec_of(Holder)


def test_what_is_no_cim_class_has_no_spec():
    for wrong in (int, str, Any):
        with pytest.raises((TypeError, AttributeError)):
            spec_of(wrong)


def test_objects_cannot_be_changed():
    with pytest.raises(AttributeError):
        WIDGET.mRID = "2"
    with pytest.raises(TypeError):
        DeclaredWidget("1")
