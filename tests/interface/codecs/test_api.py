"""What is encoded is decoded to an equal message, in every form."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

import cimbus
from cimbus import Extensions, Message, nouns
from interface.codecs.codec_samples import CODE
from interface.codecs.codec_strategies import NOUNS, decimals, elements, messages

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


MORE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


each_noun = pytest.mark.parametrize("entry", NOUNS, ids=lambda entry: entry.name)


def canonical(data: bytes) -> bytes:
    return etree.tostring(etree.fromstring(data), method="c14n2")


def refused_per_noun(message: cimbus.Message) -> str:
    """Return why the per-noun schemas refuse a message that the common one accepts."""
    if message.payload_area.was_compressed:
        return "belongs here"  # the noun, beside Compressed
    ids = message.request_area.ids if message.request_area is not None and message.header.verb == "get" else ()
    return "attribute" if any((each.id_type, each.kind, each.object_type) != (None,) * 3 for each in ids) else ""


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
            assert cimbus.decode_header(data) == message.header
            assert cimbus.encode(read, form, per_noun=per_noun) == data
            if per_noun and (why := refused_per_noun(message)):
                with pytest.raises(cimbus.StrictError, match=why):
                    cimbus.decode(data, strict=True)
                continue
            strict = cimbus.decode(data, strict=True)
            assert strict == message, form

    check()


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
        extensions=Extensions.of(*strays, after=after or "EndDeviceEventType"),
    )
    message = Message.of(nouns.EndDeviceEvents(EndDeviceEvent=[event]))

    xml = cimbus.encode(message)
    through = cimbus.decode(cimbus.encode(cimbus.decode(xml), "json"))
    assert canonical(cimbus.encode(through)) == canonical(xml)
    kept = [stray.element for stray in through.payload.EndDeviceEvent[0].extensions.elements]
    assert kept == strays


@MORE
@given(st.lists(elements(depth=1), min_size=1, max_size=3))
def test_elements_beside_the_areas_survive_all_forms(strays):
    made = Message.of(nouns.EndDeviceEvents())
    message = Message(made.header, payload=made.payload_area, extensions=Extensions.of(*strays))

    read = cimbus.decode(cimbus.encode(message))
    assert read == message
    again = cimbus.decode(cimbus.encode(read, "json"))
    by_name = lambda found: sorted(found.extensions.elements, key=lambda stray: stray.element.name)  # noqa: E731
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


WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(**fields) -> nouns.EndDeviceEvents:
    made = nouns.EndDeviceEvent(createdDateTime=WHEN, EndDeviceEventType=nouns.Reference(ref=CODE), **fields)
    return nouns.EndDeviceEvents(EndDeviceEvent=[made])


def test_an_unknown_format_is_refused():
    with pytest.raises(cimbus.EncodeError, match="'xml' or 'json'"):
        cimbus.encode(Message.of(event()), "yaml")
