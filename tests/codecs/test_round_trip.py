"""What is written is read back the same, in every form, for random values of every noun that is registered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from codec_strategies import NOUNS, decimals, elements, messages, objects
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import cimbus
from cimbus import Foreign, Message, nouns
from cimbus.model import spec_of

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
MORE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
each_noun = pytest.mark.parametrize("entry", NOUNS, ids=lambda entry: entry.name)


def canonical(data: bytes) -> bytes:
    return etree.tostring(etree.fromstring(data), method="c14n2")


@each_noun
def test_every_form_gives_back_the_same_message(entry):
    @FEW
    @given(messages(entry))
    def check(message):
        for form, per_noun in (("xml", False), ("json", False), ("xml", True)):
            data = cimbus.encode(message, form, per_noun=per_noun)
            read = cimbus.decode(data)
            assert read == message, form
            assert read.notes == ()
            strict = cimbus.decode(data, strict=True)
            assert strict == message, form
            assert cimbus.decode_header(data) == message.header
            assert cimbus.encode(read, form, per_noun=per_noun) == data

    check()


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


@MORE
@given(elements())
def test_an_unknown_noun_survives_all_forms(element):
    message = Message.of(element, noun="Thing")

    xml = cimbus.encode(message)
    read = cimbus.decode(xml)
    assert read == message
    assert read.payload == element
    through = cimbus.decode(cimbus.encode(read, "json"))
    assert through == message
    assert canonical(cimbus.encode(through)) == canonical(xml)


@MORE
@given(st.lists(elements(depth=1), min_size=1, max_size=3), st.sampled_from(["", "^", "mRID", "EndDeviceEventType"]))
def test_foreign_elements_survive_all_forms_in_their_place(strays, after):
    event = nouns.EndDeviceEvent(
        mRID="1",
        createdDateTime=datetime(2026, 3, 1, tzinfo=UTC),
        EndDeviceEventType=nouns.Reference(ref="3.26.9.185"),
        foreign=Foreign.of(*strays, after=after or "EndDeviceEventType"),
    )
    message = Message.of(nouns.EndDeviceEvents(EndDeviceEvent=[event]))

    xml = cimbus.encode(message)
    through = cimbus.decode(cimbus.encode(cimbus.decode(xml), "json"))
    assert canonical(cimbus.encode(through)) == canonical(xml)
    kept = [stray.element for stray in through.payload.EndDeviceEvent[0].foreign.elements]
    assert kept == strays


@MORE
@given(st.lists(elements(depth=1), min_size=1, max_size=3))
def test_elements_beside_the_areas_survive_all_forms(strays):
    made = Message.of(nouns.EndDeviceEvents())
    message = Message(made.header, payload=made.payload_area, foreign=Foreign.of(*strays))

    read = cimbus.decode(cimbus.encode(message))
    assert read == message
    again = cimbus.decode(cimbus.encode(read, "json"))
    by_name = lambda found: sorted(found.foreign.elements, key=lambda stray: stray.element.name)  # noqa: E731
    assert by_name(again) == by_name(read)
    assert again.payload == read.payload


@MORE
@given(decimals)
def test_a_decimal_keeps_its_digits(value):
    payload = nouns.MeterReadings(
        MeterReading=[nouns.MeterReading(Readings=[nouns.Reading(value=value, ReadingType=nouns.Reference(ref="0"))])]
    )

    for form in ("xml", "json"):
        read = cimbus.decode(cimbus.encode(Message.of(payload), form))
        assert str(read.payload.MeterReading[0].Readings[0].value) == str(value)


def test_two_payload_areas_survive_json():
    made = Message.of(nouns.EndDeviceEvents())
    second = cimbus.Element("Payload", "http://iec.ch/TC57/2011/schema/message", text="x")
    message = Message(made.header, payload=made.payload_area, foreign=Foreign.of(second))

    assert cimbus.decode(cimbus.encode(message, "json")) == message
