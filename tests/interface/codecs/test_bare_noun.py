"""Payloads without an envelope."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

import cimbus
from cimbus import Message, XmlElement
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, MeterReadings

from .codec_samples import events, message

XML = events("e1")
JSON = '{"EndDeviceEvents": {"EndDeviceEvent": [{"mRID": "e1", "createdDateTime": "2026-03-01T12:00:00Z"}]}}'


@pytest.mark.parametrize("data", [XML, XML.encode("utf-16"), JSON, JSON.encode()])
def test_a_bare_noun_is_typed(data):
    assert cimbus.decode_noun(data, EndDeviceEvents).EndDeviceEvent[0].mRID == "e1"


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize(
    "noun",
    [cimbus.decode_noun(XML), GetMeterReadings(), XmlElement("Outage", "urn:x", children=[XmlElement("a", "urn:x")])],
)
def test_what_is_written_is_read_again(noun, form):
    assert cimbus.decode_noun(cimbus.encode_noun(noun, form)) == noun


def test_a_bare_noun_goes_into_a_message():
    made = Message.of(cimbus.decode_noun(XML), verb="changed", source="HES")

    assert (made.header.verb, made.header.noun, made.header.source) == ("changed", "EndDeviceEvents", "HES")


def test_notes_zones_and_strictness():
    local = XML.replace("12:00:00Z", "12:00:00")
    notes: list[cimbus.DecodeNote] = []

    read = cimbus.decode_noun(local, EndDeviceEvents, zone=ZoneInfo("Europe/Berlin"), notes=notes)
    assert read.EndDeviceEvent[0].createdDateTime == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert "Europe/Berlin assumed" in notes[0].text
    with pytest.raises(cimbus.StrictError):
        cimbus.decode_noun(XML.replace("2026-03-01", "soon"), strict=True)


@pytest.mark.parametrize(
    "data", [message(), '{"EventMessage": {"Header": {"Verb": "get"}}}', "{}", "[]", "", '{"a": {}, "b": {}}']
)
def test_a_message_or_nothing_is_refused(data):
    with pytest.raises(cimbus.DecodeError):
        cimbus.decode_noun(data)


def test_another_noun_than_the_wanted_one_is_refused():
    with pytest.raises(cimbus.DecodeError, match="a EndDeviceEvents, not a MeterReadings"):
        cimbus.decode_noun(XML, MeterReadings)


def test_what_is_no_noun_is_not_written():
    with pytest.raises(cimbus.EncodeError):
        cimbus.encode_noun("text")
    with pytest.raises(cimbus.EncodeError):
        cimbus.encode_noun(GetMeterReadings(), "yaml")


def test_a_shortcoming_is_written_when_told():
    read = cimbus.decode_noun(XML.replace('<EndDeviceEventType ref="3.26.9.185"/>', ""))

    with pytest.raises(cimbus.EncodeError, match="EndDeviceEventType is mandatory"):
        cimbus.encode_noun(read)
    assert cimbus.decode_noun(cimbus.encode_noun(read, strict=False)) == read
