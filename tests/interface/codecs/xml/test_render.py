"""Messages as XML documents."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

import cimbus
from cimbus import Message, nouns
from cimbus.interface.model import spec_of
from interface.codecs.codec_samples import EVENTS, MESSAGE, READINGS
from interface.codecs.codec_strategies import NOUNS, objects


def test_the_namespaces_of_the_standard_are_those_written():
    data = cimbus.encode(Message.of(nouns.MeterReadings()))

    assert f'xmlns="{READINGS}"'.encode() in data
    assert f'xmlns="{MESSAGE}"'.encode() in data
    assert EVENTS.encode() not in data


FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


each_noun = pytest.mark.parametrize("entry", NOUNS, ids=lambda entry: entry.name)


@each_noun
def test_the_children_are_in_the_order_of_the_schema(entry):
    @FEW
    @given(objects(entry.cls))
    def check(payload):
        root = etree.fromstring(cimbus.encode(Message.of(payload)))
        (noun,) = root.iter(f"{{{entry.namespace}}}{entry.name}")
        in_order(noun, entry.cls)

    check()


def in_order(element: etree._Element, cls: type) -> None:
    fields = {field.xml: (place, field) for place, field in enumerate(spec_of(cls).elements)}
    known = [fields[etree.QName(child).localname] for child in element]
    assert [place for place, _ in known] == sorted(place for place, _ in known)
    for child, (_, field) in zip(element, known, strict=True):
        if field.kind == "class":
            in_order(child, field.type)
