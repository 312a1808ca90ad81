"""Values that are not written as XML Schema wants: what is guessed is noted, what cannot be guessed is kept."""

from __future__ import annotations

from decimal import Decimal

import pytest
from codec_samples import READINGS, events, header, message

import cimbus

READING = (
    '<MeterReadings xmlns="{ns}"><MeterReading><Meter><mRID>m</mRID></Meter>'
    "<Readings>{inner}</Readings></MeterReading></MeterReadings>"
)
TYPE = '<ReadingType ref="0.0.0.1"/>'
TIMES = [
    ("2026-03-01T12:00:00", "2026-03-01T12:00:00+00:00", "no time zone"),
    ("2026-03-01T12:00:00.1234567Z", "2026-03-01T12:00:00.123456+00:00", "finer than a microsecond"),
    ("2026-03-01 12:00:00Z", "2026-03-01T12:00:00+00:00", "not written as xs:dateTime wants"),
    ("2026-03-01T12:00:00+0100", "2026-03-01T12:00:00+01:00", "not written as xs:dateTime wants"),
    ("2026-03-01T12:00Z", "2026-03-01T12:00:00+00:00", "not written as xs:dateTime wants"),
]
GOOD_TIMES = [
    ("2026-03-01T12:00:00.1234560Z", "2026-03-01T12:00:00.123456+00:00"),
    ("2026-03-01T12:00:00-05:30", "2026-03-01T12:00:00-05:30"),
    ("2026-03-01T24:00:00Z", "2026-03-02T00:00:00+00:00"),
    (" 2026-03-01T12:00:00Z\n", "2026-03-01T12:00:00+00:00"),
]


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


@pytest.mark.parametrize(("text", "value", "note"), TIMES, ids=[row[0] for row in TIMES])
def test_an_odd_time_is_guessed_and_noted(text, value, note):
    document = reading(f"<timeStamp>{text}</timeStamp><value>1</value>{TYPE}")

    read = cimbus.decode(document)
    assert only(read).timeStamp.isoformat() == value
    assert note in texts(read)
    assert strict_path(document) == "EventMessage/Payload/MeterReadings/MeterReading/Readings/timeStamp"


@pytest.mark.parametrize(("text", "value"), GOOD_TIMES, ids=[row[0].strip() for row in GOOD_TIMES])
def test_a_good_time_is_no_reason_for_a_note(text, value):
    read = cimbus.decode(reading(f"<timeStamp>{text}</timeStamp><value>1</value>{TYPE}"), strict=True)

    assert only(read).timeStamp.isoformat() == value


@pytest.mark.parametrize("text", ["2026-02-30T00:00:00Z", "2026-W01-1T00:00:00Z", "yesterday", "?", ""])
def test_a_text_that_is_no_time_is_kept_and_written_back(text):
    document = reading(f"<timeStamp>{text}</timeStamp><value>1</value>{TYPE}")

    read = cimbus.decode(document)
    assert only(read).timeStamp is None
    assert only(read).foreign.elements[0].element.text == text
    assert "kept as it is" in texts(read)
    assert cimbus.decode(cimbus.encode(read)) == read


def test_a_placeholder_of_a_test_tool_is_not_a_value():
    document = reading(f"<value>?</value>{TYPE}")

    read = cimbus.decode(document)
    assert only(read).value is None
    assert "'?'" in texts(read)
    assert strict_path(document).endswith("Readings/value")


@pytest.mark.parametrize("text", ["1.50", "-0.00", "+7", "1E3", "INF", "007.100"])
def test_a_number_keeps_its_digits(text):
    read = cimbus.decode(reading(f"<value>{text}</value>{TYPE}"), strict=True)

    wanted = Decimal(text)
    assert only(read).value == wanted
    assert str(only(read).value) == str(wanted)


def test_a_decimal_comma_is_understood_and_noted():
    read = cimbus.decode(reading(f"<value>12,5</value>{TYPE}"))

    assert only(read).value == Decimal("12.5")
    assert "Readings/value" in texts(read)


def test_a_missing_mandatory_child_is_none_and_noted():
    document = reading("<value>1</value>")

    read = cimbus.decode(document)
    assert only(read).ReadingType is None
    assert "Readings/ReadingType: mandatory, and missing" in texts(read)
    assert strict_path(document) == "EventMessage/Payload/MeterReadings/MeterReading/Readings/ReadingType"
    with pytest.raises(cimbus.EncodeError, match="ReadingType is mandatory"):
        cimbus.encode(read)


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
    assert only(read).foreign.elements[0].element.text == "2"
    assert strict_path(document).endswith("Readings/value")


def test_unknown_children_and_attributes_survive():
    document = reading(f'<value unit="kWh">1</value>{TYPE}<x:more xmlns:x="urn:x" a="b">c</x:more>')

    read = cimbus.decode(document)
    assert only(read).value == 1
    for data in (cimbus.encode(read), cimbus.encode(read, "json")):
        again = cimbus.decode(data)
        assert again == read
        assert only(again).foreign == only(read).foreign


def test_a_nil_element_is_not_there():
    nil = '<timeStamp xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
    document = reading(f"{nil}<value>1</value>{TYPE}")

    assert only(cimbus.decode(document)).timeStamp is None
    assert strict_path(document).endswith("Readings/timeStamp")


def test_schema_hints_are_ignored():
    hint = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"'

    assert cimbus.decode(message().replace("<EndDeviceEvents", f"<EndDeviceEvents {hint}"), strict=True).notes == ()


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("TRUE", True), ("N", False), ("0", False)])
def test_booleans_in_other_spellings_are_understood(text, value):
    document = message(
        events(), head=header(extra="").replace("<MessageID>", f"<AckRequired>{text}</AckRequired><MessageID>")
    )

    assert cimbus.decode(document).header.ack_required is value
    assert cimbus.decode_header(document).ack_required is value


def test_a_missing_verb_is_refused_with_what_is_known():
    with pytest.raises(cimbus.DecodeError, match="no Verb") as caught:
        cimbus.decode(message(head="<Header><Noun>X</Noun><MessageID>7</MessageID></Header>"))

    assert caught.value.header.message_id == "7"
