"""The JSON form: the same names as the XML; other people's JSON is read leniently, and not at all when strict."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from codec_samples import CODE, DIALECTS, events, message

import cimbus
from cimbus import Element, Message, Root, nouns

WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(**fields) -> nouns.EndDeviceEvents:
    made = nouns.EndDeviceEvent(createdDateTime=WHEN, EndDeviceEventType=nouns.Reference(ref=CODE), **fields)
    return nouns.EndDeviceEvents(EndDeviceEvent=[made])


def written(message: Message) -> dict:
    return json.loads(cimbus.encode(message, "json"))


def texts(read: Message) -> str:
    return "\n".join(map(str, read.notes))


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
    reply = written(request.reply(errors=[cimbus.Error(code="0.0")]))["ResponseMessage"]
    assert reply["Reply"] == {"Result": "OK", "Error": [{"code": "0.0"}]}
    assert "Payload" not in reply
    fault = written(request.fault(cimbus.Error(code="1.8")))
    assert fault == {"FaultMessage": {"Reply": {"Result": "FAILED", "Error": [{"code": "1.8"}]}}}


def test_numbers_of_a_noun_are_texts_so_that_no_digit_is_lost():
    reading = nouns.Reading(value=Decimal("1.50"), ReadingType=nouns.Reference(ref="0"))
    made = Message.of(nouns.MeterReadings(MeterReading=[nouns.MeterReading(Readings=[reading])]))

    payload = written(made)["EventMessage"]["Payload"]["MeterReadings"]
    assert payload["MeterReading"][0]["Readings"][0]["value"] == "1.50"


def test_an_unknown_noun_shows_its_namespaces_attributes_and_order():
    children = [Element("a", "u", text="1"), Element("b", "u"), Element("a", "v", attributes={"{w}k": "2"}, text="3")]
    made = Message.of(Element("X", "u", attributes={"id": "7"}, children=children))

    assert written(made)["EventMessage"]["Payload"]["X"] == {
        "@xmlns": "u",
        "@id": "7",
        "#children": [{"a": "1"}, {"b": ""}, {"a": {"@xmlns": "v", "@{w}k": "2", "#text": "3"}}],
    }
    assert cimbus.decode(cimbus.encode(made, "json")) == made


FOREIGN = {
    "header": {
        "messageId": 17,
        "correlationId": "c",
        "timestamp": "2026-03-01T12:00:00Z",
        "source": "MDM",
        "ackRequired": False,
        "verb": "created",
        "noun": "EndDeviceEvents",
    },
    "payload": {
        "EndDeviceEvents": {
            "EndDeviceEvent": {
                "EndDeviceEventType": {"ref": CODE},
                "createdDateTime": "2026-03-01T12:00:00Z",
                "mRID": "e1",
                "severity": 3,
                "reason": None,
            }
        }
    },
}


@pytest.mark.parametrize(
    "tree",
    [
        FOREIGN,
        {"EventMessage": FOREIGN},
        {"eventMessage": FOREIGN},
        {"topic": "x", "value": {"EventMessage": FOREIGN}},
        {"Header": FOREIGN["header"], "Payload": FOREIGN["payload"]},
    ],
    ids=range(5),
)
def test_foreign_json_is_read_into_the_same_message(tree):
    read = cimbus.decode(json.dumps(tree))

    (one,) = read.payload.EndDeviceEvent
    assert (one.mRID, one.severity, one.reason, one.createdDateTime) == ("e1", "3", None, WHEN)
    assert one.EndDeviceEventType.ref == CODE
    assert (read.header.message_id, read.header.ack_required, read.header.timestamp) == ("17", False, WHEN)
    assert cimbus.decode_header(json.dumps(tree)) == read.header
    assert cimbus.decode(cimbus.encode(read)) == read


def test_foreign_json_is_noted_and_refused_when_strict():
    data = json.dumps({"EventMessage": FOREIGN})

    assert "header/messageId: read as MessageID" in texts(cimbus.decode(data))
    with pytest.raises(cimbus.StrictError) as caught:
        cimbus.decode(data, strict=True)
    assert caught.value.path.startswith("EventMessage/header")


def test_strict_json_names_the_path_in_the_payload():
    data = cimbus.encode(Message.of(event(mRID="e1")), "json").replace(b'"mRID"', b'"MRID"')

    assert cimbus.decode(data).payload.EndDeviceEvent[0].mRID == "e1"
    with pytest.raises(cimbus.StrictError) as caught:
        cimbus.decode(data, strict=True)
    assert caught.value.path == "EventMessage/Payload/EndDeviceEvents/EndDeviceEvent/MRID"


def test_the_order_of_json_members_means_nothing():
    tree = written(Message.of(event(mRID="e1"), timestamp=WHEN))
    body = tree["EventMessage"]
    shuffled = {
        "Payload": json.loads(json.dumps(body["Payload"]), object_pairs_hook=lambda pairs: dict(reversed(pairs))),
        "Header": dict(reversed(body["Header"].items())),
    }

    read = cimbus.decode(json.dumps({"EventMessage": shuffled}), strict=True)
    assert read.notes == ()
    assert read.payload == event(mRID="e1")


def test_a_generic_message_is_what_has_no_root():
    assert cimbus.decode(json.dumps(FOREIGN)).root is Root.message


def test_several_nouns_of_one_name_are_a_list():
    read = cimbus.decode(message(events("a") + events("b")))

    assert len(written(read)["EventMessage"]["Payload"]["EndDeviceEvents"]) == 2
    assert cimbus.decode(cimbus.encode(read, "json")) == read


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_survives_json(name):
    read = cimbus.decode(DIALECTS[name].document)

    assert cimbus.decode(cimbus.encode(read, "json")) == read


def test_bytes_with_a_mark_are_json_too():
    data = b"\xef\xbb\xbf \n" + cimbus.encode(Message.of(event()), "json")

    assert cimbus.decode(data).payload == event()
    assert cimbus.decode_header(data).noun == "EndDeviceEvents"


def test_an_unknown_format_is_refused():
    with pytest.raises(cimbus.EncodeError, match="'xml' or 'json'"):
        cimbus.encode(Message.of(event()), "yaml")


def test_an_integer_of_any_size_keeps_its_digits():
    kind = nouns.ReadingType(tou=10**25, Names=[nouns.Name(name="n")])
    made = Message.of(nouns.MeterReadings(ReadingType=[kind]))

    for form in ("xml", "json"):
        data = cimbus.encode(made, form)
        assert str(10**25).encode() in data
        assert cimbus.decode(data).payload.ReadingType[0].tou == 10**25
