"""JSON of other programs is read leniently, and refused when strict."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

import cimbus
from cimbus import Message, MessageType, nouns
from cimbus.interface.codecs import rewrite_header
from interface.codecs.codec_samples import CODE, DIALECTS, message, soap

WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(**fields) -> nouns.EndDeviceEvents:
    made = nouns.EndDeviceEvent(createdDateTime=WHEN, EndDeviceEventType=nouns.Reference(ref=CODE), **fields)
    return nouns.EndDeviceEvents(EndDeviceEvent=[made])


def written(message: Message) -> dict:
    return json.loads(cimbus.encode(message, "json"))


def texts(read: Message) -> str:
    return "\n".join(map(str, read.notes))


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
    assert cimbus.decode(json.dumps(FOREIGN)).message_type is MessageType.message


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_survives_json(name):
    read = cimbus.decode(DIALECTS[name].document)

    assert cimbus.decode(cimbus.encode(read, "json")) == read


def test_bytes_with_a_mark_are_json_too():
    data = b"\xef\xbb\xbf \n" + cimbus.encode(Message.of(event()), "json")

    assert cimbus.decode(data).payload == event()
    assert cimbus.decode_header(data).noun == "EndDeviceEvents"


def test_an_integer_of_any_size_keeps_its_digits():
    kind = nouns.ReadingType(tou=10**25, Names=[nouns.Name(name="n")])
    made = Message.of(nouns.MeterReadings(ReadingType=[kind]))

    for form in ("xml", "json"):
        data = cimbus.encode(made, form)
        assert str(10**25).encode() in data
        assert cimbus.decode(data).payload.ReadingType[0].tou == 10**25


DUPLICATES = [
    '{"EventMessage":{"Header":{"Verb":"created","Noun":"A","Noun":"B"}}}',
    '{"EventMessage":{"Header":{"Verb":"created","Noun":"A"},"Header":{"Verb":"deleted","Noun":"A"}}}',
    '{"EventMessage":{"Header":{"Verb":"created","Noun":"A"}},"EventMessage":{"Header":{"Verb":"deleted","Noun":"A"}}}',
    '{"EventMessage":{"Header":{"Verb":"created","Noun":"X"},"Payload":{"X":{"a":"1","b":{"c":1},"a":"2"}}}}',
    (
        '{"EventMessage":{"Header":{"Verb":"created","Noun":"EndDeviceEvents"},"Payload":{"EndDeviceEvents":'
        '{"EndDeviceEvent":[{"mRID":"1","mRID":"2"}]}}}}'
    ),
    (
        '{ "EventMessage" : {"Header":{"Verb":"created","Noun":"EndDeviceEvents"},"Payload":{"EndDeviceEvents":'
        '{"EndDeviceEvent":[{"mRID":"1"}],"EndDeviceEvent":[{"mRID":"1"}]}}}}'
    ),
]


@pytest.mark.parametrize("text", DUPLICATES)
def test_a_member_that_stands_twice_is_refused(text):
    with pytest.raises(cimbus.DecodeError, match="twice"):
        cimbus.decode(text)
    with pytest.raises(cimbus.DecodeError):
        rewrite_header(text.encode(), correlation_id="1")


def test_decode_header_refuses_a_header_with_a_member_that_stands_twice():
    with pytest.raises(cimbus.DecodeError, match="twice"):
        cimbus.decode_header(DUPLICATES[0])


@pytest.mark.parametrize("text", ["1.50", "-0.10", "12345678901234567890123.10", "1e5", "98765432109876543210987"])
def test_numbers_of_foreign_json_keep_their_digits(text):
    data = (
        '{"header":{"verb":"created","noun":"MeterReadings"},"payload":{"MeterReadings":{"MeterReading":'
        f'{{"Readings":{{"value":{text},"ReadingType":{{"ref":"0.0"}}}}}}}}}}}}'
    )
    read = cimbus.decode(data)

    assert str(read.payload.MeterReading[0].Readings[0].value).lower().replace("+", "") == text


def strictly(document: str | bytes) -> cimbus.StrictError:
    with pytest.raises(cimbus.StrictError) as caught:
        _ = cimbus.decode(document, strict=True).notes
    return caught.value


def test_a_soap_document_as_text_inside_json_is_found():
    record = {"method": "POST", "headers": [{"a": "b"}], "request": {"body": soap(message())}}

    read = cimbus.decode(json.dumps(record))
    assert read.payload.EndDeviceEvent[0].mRID == "e1"
    assert "an XML document inside JSON" in texts(read)
    assert strictly(json.dumps(record)).path == "Envelope"


def test_a_noun_called_like_an_area_of_the_payload_stands_beside_it():
    text = (
        '{"Message":{"Header":{"Verb":"create","Noun":"X"},"Payload":{"Compressed":["x",{"@xmlns":"urn:c","a":"1"}]}}}'
    )
    message = cimbus.decode(text)
    again = cimbus.decode(cimbus.encode(message, "json"))

    assert [item.name for item in again.payload_area.items] == ["Compressed"]
    assert again.payload_area == message.payload_area
