"""Dialects are data: what a peer wants is written, what is not known is said, and a user's own are used alike."""

from __future__ import annotations

import pytest
from lxml import etree

import cimbus
from cimbus import DIALECTS, EnvelopeDialect, Message, XmlElement, nouns
from cimbus.interface.envelope import ID, Error, Request

from .codec_samples import events

EVENT = Message.of(
    cimbus.decode_noun(events()), source="HES", context="TESTING", correlation_id="c-1", message_id="m-1"
)
REPLY = EVENT.reply(errors=[Error(code="2.4", reason="no such meter")], message_id="m-2")
REQUEST = Message.of(
    None,
    verb="delete",
    noun="X",
    context="TESTING",
    correlation_id="c-1",
    request=Request(ids=(ID(value="1", kind="name"),)),
)


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("made", [EVENT, REPLY, REQUEST], ids=["event", "reply", "request"])
def test_what_is_written_for_a_peer_is_read_back(name, made):
    document = cimbus.encode(made, dialect=name)
    read = cimbus.decode(document)

    assert (read.header.verb, read.header.noun, read.header.message_id) == (
        made.header.verb,
        made.header.noun,
        made.header.message_id,
    )
    assert read.kind == made.kind
    assert [(error.code, error.reason) for error in read.errors] == [
        (error.code, error.reason) for error in made.errors
    ]
    assert read.payload == made.payload
    root = etree.fromstring(document)
    if not DIALECTS[name].per_noun:
        assert etree.QName(root).namespace == DIALECTS[name].namespace
    assert b"ns0:" not in document


def test_edition_1_is_what_is_written_without_a_dialect():
    assert cimbus.encode(EVENT, dialect="edition-1") == cimbus.encode(EVENT)
    assert cimbus.encode(EVENT, dialect="per-noun") == cimbus.encode(EVENT, per_noun=True)


def test_the_2008_draft_has_reply_codes_and_plain_errors():
    document = cimbus.encode(REPLY, dialect="draft-2008").decode()

    assert "<ReplyCode>FAILED</ReplyCode><Error>2.4 no such meter</Error>" in document
    assert "<Verb>REPLY</Verb>" in document


def test_the_payload_is_left_as_it_is():
    thing = XmlElement("Thing", "urn:x", children=[XmlElement("Verb", "urn:x", text="create")], prefixes={"x": "urn:x"})
    document = cimbus.encode(Message.of(thing, context="A"), dialect="lower-camel").decode()

    assert "<x:Thing" in document
    assert ">create</x:Verb>" in document


def test_what_is_not_public_is_not_invented():
    with pytest.raises(cimbus.EncodeError, match="Payload/Compressed is not public"):
        cimbus.encode(Message.of(nouns.MeterReadings(), compress=True), dialect="edition-2")
    with pytest.raises(cimbus.EncodeError, match="wants Header/CorrelationID"):
        cimbus.encode(Message.of(nouns.MeterReadings()), dialect="edition-1-revised")
    assert "not public" in DIALECTS["edition-2"].known


def test_a_users_dialect_by_value_and_by_name(monkeypatch):
    mine = EnvelopeDialect(name="tso", verbs={"change": "modify"}, names={"Reply/Result": "Outcome"}, soap="1.2")
    made = Message.of(nouns.MeterReadings(), verb="change")

    document = cimbus.encode(made, dialect=mine)
    assert b"<Verb>modify</Verb>" in document
    assert cimbus.decode(document).header.verb == "modify"
    assert etree.fromstring(document).tag == "{http://www.w3.org/2003/05/soap-envelope}Envelope"
    assert b"<Outcome>" in cimbus.encode(REPLY, dialect=mine)
    monkeypatch.setitem(DIALECTS, mine.name, mine)
    assert cimbus.encode(made, dialect="tso") == document


def test_there_is_no_such_dialect():
    with pytest.raises(cimbus.UsageError, match="there is no dialect 'x'; there are edition-1, "):
        cimbus.encode(EVENT, dialect="x")
    with pytest.raises(cimbus.EncodeError, match="no SOAP '2'"):
        cimbus.encode(EVENT, dialect=EnvelopeDialect(name="x", soap="2"))


def test_edition_2_is_read_as_far_as_it_is_known():
    document = cimbus.encode(EVENT, dialect="edition-2").decode()
    several = document.replace("</Payload>", f"{events('e2')}</Payload><Transaction><ID>1</ID></Transaction>")

    read = cimbus.decode(several)
    assert [each.EndDeviceEvent[0].mRID for each in read.payloads] == ["e1", "e2"]
    assert read.extensions.elements[0].element.name == "Transaction"
    assert any("Edition 2" in note.text for note in read.notes)
    packed = (
        cimbus.encode(Message.of(nouns.MeterReadings(), compress=True))
        .decode()
        .replace("Compressed>", "CompressedPayload>")
    )
    assert cimbus.decode(packed).payload == nouns.MeterReadings()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_a_dialect_writes_is_read_as_the_same_message(dialect):
    one = "00000000-0000-4000-8000-000000000001"
    made = Message.of(nouns.MeterReadings(), verb="create", source="HES", correlation_id=one, context="TESTING")

    read = cimbus.decode(cimbus.encode(made, dialect=dialect))
    assert (read.header, read.payload, read.message_type) == (made.header, made.payload, made.message_type)
    again = cimbus.encode(read, dialect=dialect)
    assert cimbus.decode(again) == read
