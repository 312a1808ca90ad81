"""Values that are not written as XML Schema wants: what is guessed is noted, what cannot be guessed is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

import cimbus
from cimbus.interface.codecs.inexact import InexactError
from cimbus.interface.codecs.lexical import (
    read_boolean,
    read_date_time,
    read_decimal,
    read_float,
    read_integer,
    write_date_time,
    write_decimal,
    write_float,
)
from interface.codecs.codec_samples import READINGS, events, header, message

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
    if text[10] == "T" and text[16:17] == ":" and "+0100" not in text:  # an xs:dateTime all the same
        assert only(cimbus.decode(document, strict=True)).timeStamp.isoformat() == value
    else:
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
    assert only(read).extensions.elements[0].element.text == text
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


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("TRUE", True), ("N", False), ("0", False)])
def test_booleans_in_other_spellings_are_understood(text, value):
    document = message(
        events(), head=header(extra="").replace("<MessageID>", f"<AckRequired>{text}</AckRequired><MessageID>")
    )

    assert cimbus.decode(document).header.ack_required is value
    assert cimbus.decode_header(document).ack_required is value


# -- the functions themselves ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["1_000", "٣", "0x10", "1.5.2", "+-1", "1,000.5", "NaN(7)", "", " "])
def test_what_only_python_calls_a_number_is_refused(text):
    for read in (read_decimal, read_float, read_integer):
        with pytest.raises(ValueError):
            read(text)


@pytest.mark.parametrize("text", ["1e5", "12.0", "-3.000"])
def test_a_number_in_another_form_is_inexact(text):
    read = read_decimal if "e" in text else read_integer

    with pytest.raises(InexactError) as caught:
        read(text)
    assert caught.value.value == Decimal(text)
    assert repr(text) in caught.value.note


def test_an_integer_longer_than_python_reads_is_refused():
    assert read_integer("9" * 4_000) == 10**4_000 - 1
    with pytest.raises(ValueError, match="whole number"):
        read_integer("9" * 4_001)


@pytest.mark.parametrize("zone", ["+14:00", "-14:00", "+00:00"])
def test_an_offset_has_at_most_fourteen_hours(zone):
    assert read_date_time(f"2026-03-01T12:00:00{zone}").isoformat().endswith(zone.replace("-00", "+00"))
    for wrong in ("+14:01", "-15:00", "+01:60"):
        with pytest.raises(ValueError, match="time zone"):
            read_date_time(f"2026-03-01T12:00:00{wrong}")


def test_the_end_of_the_last_day_is_refused():
    assert read_date_time("9998-12-31T24:00:00Z").year == 9999
    with pytest.raises(ValueError, match="last year"):
        read_date_time("9999-12-31T24:00:00Z")


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.50", "1.50"), ("1E+3", "1000"), ("1E-10", "0.0000000001"), ("-0.00", "-0.00"), ("0E+2", "0")],
)
def test_a_decimal_is_written_without_exponent(value, text):
    assert write_decimal(Decimal(value)) == text


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1E+10001", "1E-10001"])
def test_a_decimal_that_has_no_such_form_is_refused(value):
    with pytest.raises(ValueError, match="no xs:decimal form"):
        write_decimal(Decimal(value))


@pytest.mark.parametrize(
    ("value", "text"), [("1E+3", "1E+3"), ("NaN", "NaN"), ("Infinity", "INF"), ("-Infinity", "-INF")]
)
def test_a_float_has_exponents_infinity_and_nan(value, text):
    assert write_float(Decimal(value)) == text
    assert str(read_float(text)) == value


def test_a_naive_time_is_not_written():
    assert write_date_time(datetime(2026, 3, 1, tzinfo=UTC)) == "2026-03-01T00:00:00Z"
    with pytest.raises(ValueError, match="no time zone"):
        write_date_time(datetime(2026, 3, 1))  # noqa: DTZ001


def test_an_offset_that_xml_has_not_is_written_as_utc():
    far, farther = timezone(timedelta(hours=14)), timezone(timedelta(hours=-14, minutes=-1))

    assert write_date_time(datetime(2026, 3, 1, tzinfo=far)) == "2026-03-01T00:00:00+14:00"
    assert write_date_time(datetime(2026, 3, 1, tzinfo=farther)) == "2026-03-01T14:01:00Z"
    with pytest.raises(ValueError, match="no time in UTC"):
        write_date_time(datetime.max.replace(tzinfo=farther))


def test_what_is_no_boolean_is_refused():
    assert (read_boolean(" true\n"), read_boolean("0")) == (True, False)
    with pytest.raises(ValueError, match="neither"):
        read_boolean("maybe")
