"""What stands beside the areas of a message is written in its place."""

from __future__ import annotations

import pytest
from lxml import etree

import cimbus

from .codec_samples import MESSAGE

AREAS = (
    "<Header><Verb>create</Verb><Noun>X</Noun></Header>",
    "<Request><ID>1</ID></Request>",
    "<Payload><X xmlns='urn:x'/></Payload>",
)


@pytest.mark.parametrize("place", range(4))
def test_what_stands_beside_the_areas_is_written_in_its_place(place):
    areas = list(AREAS)
    areas.insert(place, "<v:a xmlns:v='urn:v'>1</v:a><v:b xmlns:v='urn:v'>2</v:b>")
    read = cimbus.decode(f"<RequestMessage xmlns='{MESSAGE}'>{''.join(areas)}</RequestMessage>")

    for written in (cimbus.encode(read), cimbus.encode(cimbus.decode(cimbus.encode(read, "json")))):
        found = [etree.QName(child).localname for child in etree.fromstring(written)]
        assert found == [etree.QName(child).localname for child in etree.fromstring(f"<x>{''.join(areas)}</x>")]
        assert cimbus.decode(written) == read
    assert cimbus.decode(cimbus.encode(read, "json")) == read
    assert cimbus.decode_header(cimbus.encode(read)) == read.header


def test_what_is_called_like_an_area_stands_behind_it():
    areas = (AREAS[0], "<v:Payload xmlns:v='urn:v'>1</v:Payload>", AREAS[2], "<v:a xmlns:v='urn:v'/>", AREAS[2])
    read = cimbus.decode(f"<EventMessage xmlns='{MESSAGE}'>{''.join(areas)}</EventMessage>")

    assert cimbus.decode(cimbus.encode(read)) == cimbus.decode(cimbus.encode(cimbus.decode(cimbus.encode(read))))
    assert cimbus.decode(cimbus.encode(read)).payload == read.payload


def test_what_stands_before_an_area_that_comes_late_is_written_behind_all():
    late = "<Reply><Result>OK</Result></Reply>"
    areas = (*AREAS[::2], "<v:a xmlns:v='urn:v'/>", late, "<v:b xmlns:v='urn:v'/>")
    read = cimbus.decode(f"<EventMessage xmlns='{MESSAGE}'>{''.join(areas)}</EventMessage>")

    assert [each.element.name for each in read.extensions.elements] == ["a", "b"]
    assert cimbus.decode(cimbus.encode(cimbus.decode(cimbus.encode(read)))) == cimbus.decode(cimbus.encode(read))
