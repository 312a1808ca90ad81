"""The JSON form: the same names as the XML."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import cimbus
from cimbus import Extensions, Message, nouns
from cimbus.interface import envelope
from interface.codecs.codec_samples import CODE, events, message

WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(**fields) -> nouns.EndDeviceEvents:
    made = nouns.EndDeviceEvent(createdDateTime=WHEN, EndDeviceEventType=nouns.Reference(ref=CODE), **fields)
    return nouns.EndDeviceEvents(EndDeviceEvent=[made])


def written(message: Message) -> dict:
    return json.loads(cimbus.encode(message, "json"))


def test_names_are_those_of_the_schemas_and_defaults_are_left_out():
    made = Message.of(event(mRID="e1"), timestamp=WHEN, message_id="m", source="HES", ack_required=True)

    assert written(made) == {
        "EventMessage": {
            "Header": {
                "Verb": "created",
                "Noun": "EndDeviceEvents",
                "Timestamp": "2026-03-01T12:00:00Z",
                "Source": "HES",
                "AckRequired": True,
                "MessageID": "m",
            },
            "Payload": {
                "EndDeviceEvents": {
                    "EndDeviceEvent": [
                        {"mRID": "e1", "createdDateTime": "2026-03-01T12:00:00Z", "EndDeviceEventType": {"ref": CODE}}
                    ]
                }
            },
        }
    }


def test_a_reply_and_a_query_have_their_areas():
    request = Message.of(nouns.GetMeterReadings(EndDevice=[nouns.IdentifiedObject(mRID="m")]))

    assert written(request)["RequestMessage"]["Request"] == {"GetMeterReadings": {"EndDevice": [{"mRID": "m"}]}}
    reply = written(request.reply(errors=[envelope.Error(code="0.0")]))["ResponseMessage"]
    assert reply["Reply"] == {"Result": "OK", "Error": [{"code": "0.0"}]}
    assert "Payload" not in reply
    fault = written(request.fault(envelope.Error(code="1.8")))
    assert fault == {"FaultMessage": {"Reply": {"Result": "FAILED", "Error": [{"code": "1.8"}]}}}


def test_numbers_of_a_noun_are_texts_so_that_no_digit_is_lost():
    reading = nouns.Reading(value=Decimal("1.50"), ReadingType=nouns.Reference(ref="0"))
    made = Message.of(nouns.MeterReadings(MeterReading=[nouns.MeterReading(Readings=[reading])]))

    payload = written(made)["EventMessage"]["Payload"]["MeterReadings"]
    assert payload["MeterReading"][0]["Readings"][0]["value"] == "1.50"


def test_several_nouns_of_one_name_are_a_list():
    read = cimbus.decode(message(events("a") + events("b")))

    assert len(written(read)["EventMessage"]["Payload"]["EndDeviceEvents"]) == 2
    assert cimbus.decode(cimbus.encode(read, "json")) == read


def test_two_payload_areas_survive_json():
    made = Message.of(nouns.EndDeviceEvents())
    second = cimbus.XmlElement("Payload", "http://iec.ch/TC57/2011/schema/message", text="x")
    message = Message(made.header, payload=made.payload_area, extensions=Extensions.of(second))

    assert cimbus.decode(cimbus.encode(message, "json")) == message
