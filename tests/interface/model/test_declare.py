"""A noun of one's own is a class of a few lines, in XML and in JSON."""

from __future__ import annotations

import pytest
from lxml import etree

import cimbus
from cimbus import Message
from interface.model.widget import NAMESPACE, WIDGET, Colour, DeclaredWidget


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


def test_objects_cannot_be_changed():
    with pytest.raises(AttributeError):
        WIDGET.mRID = "2"
    with pytest.raises(TypeError):
        DeclaredWidget("1")
