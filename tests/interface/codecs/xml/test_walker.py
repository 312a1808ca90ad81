"""Typed objects from elements: what has no place in a class is kept and noted."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import XmlElement
from interface.codecs.codec_samples import READINGS, header, message

READING = (
    '<MeterReadings xmlns="{ns}"><MeterReading><Meter><mRID>m</mRID></Meter>'
    "<Readings>{inner}</Readings></MeterReading></MeterReadings>"
)


TYPE = '<ReadingType ref="0.0.0.1"/>'


def reading(inner: str) -> str:
    return message(READING.format(ns=READINGS, inner=inner), head=header(noun="MeterReadings"))


def only(read: cimbus.Message):
    return read.payload.MeterReading[0].Readings[0]


def texts(read: cimbus.Message) -> str:
    return "\n".join(map(str, read.notes))


def strict_path(document: str) -> str:
    with pytest.raises(cimbus.StrictError) as caught:
        _ = cimbus.decode(document, strict=True).notes
    return caught.value.path


def test_a_missing_mandatory_child_is_none_and_noted():
    document = reading("<value>1</value>")

    read = cimbus.decode(document)
    assert only(read).ReadingType is None
    assert "Readings/ReadingType: mandatory, and missing" in texts(read)
    assert strict_path(document) == "EventMessage/Payload/MeterReadings/MeterReading/Readings/ReadingType"
    assert cimbus.decode(cimbus.encode(read)) == read
    with pytest.raises(cimbus.EncodeError, match="ReadingType is mandatory"):
        cimbus.encode(read, strict=True)


def test_a_reason_that_the_standard_does_not_list_is_kept():
    document = reading(f"<reason>solarFlare</reason><value>1</value>{TYPE}")

    read = cimbus.decode(document)
    assert only(read).reason == "solarFlare"
    assert not only(read).reason.known
    assert strict_path(document).endswith("Readings/reason")


def test_children_in_another_order_are_read_and_noted():
    document = reading(f"<value>1</value><timeStamp>2026-03-01T12:00:00Z</timeStamp>{TYPE}")

    read = cimbus.decode(document)
    assert only(read).value == 1
    assert only(read).timeStamp is not None
    assert strict_path(document).endswith("Readings/timeStamp")


def test_a_child_that_may_stand_once_keeps_its_second():
    document = reading(f"<value>1</value><value>2</value>{TYPE}")

    read = cimbus.decode(document)
    assert only(read).value == 1
    assert only(read).extensions.elements[0].element.text == "2"
    assert strict_path(document).endswith("Readings/value[2]")


def test_unknown_children_and_attributes_survive():
    document = reading(f'<value unit="kWh">1</value>{TYPE}<x:more xmlns:x="urn:x" a="b">c</x:more>')

    read = cimbus.decode(document)
    assert only(read).value == 1
    for data in (cimbus.encode(read), cimbus.encode(read, "json")):
        again = cimbus.decode(data)
        assert again == read
        assert only(again).extensions == only(read).extensions


def test_a_nil_element_is_not_there():
    nil = '<timeStamp xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
    document = reading(f"{nil}<value>1</value>{TYPE}")

    assert only(cimbus.decode(document)).timeStamp is None
    assert strict_path(document).endswith("Readings/timeStamp")


def test_schema_hints_are_ignored():
    hint = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"'

    assert cimbus.decode(message().replace("<EndDeviceEvents", f"<EndDeviceEvents {hint}"), strict=True).notes == ()


def test_a_noun_that_holds_a_text_alone_is_not_typed():
    for uri in (READINGS, "urn:x"):
        read = cimbus.decode(message(f"<MeterReadings xmlns='{uri}'>words</MeterReadings>"))

        assert isinstance(read.payload, XmlElement)
        assert cimbus.decode(cimbus.encode(read)) == read
        assert cimbus.decode(cimbus.encode(read, "json")) == read
