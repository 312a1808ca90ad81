"""Strict reading is the schema of the Edition 1 envelope.

With ``CIMBUS_SCHEMA_PATH``, the verdicts are compared with those of the schemas that are found there;
``python -m fuzz.envelopes`` compares as many as one likes.
"""

from __future__ import annotations

from random import Random

import pytest
from fuzz import envelopes
from lxml import etree

import cimbus
from cimbus import StrictError
from cimbus.interface.codecs.xml.notes import MAX_PROBLEMS, NoteCollector
from cimbus.interface.codecs.xml.validate import problems_of
from interface.codecs.codec_samples import EVENTS, MESSAGE, events, header, message

COUNT = 5_000
"""Mutants that are compared."""


def problems(document: str | bytes) -> list[str]:
    notes = NoteCollector(strict=True)
    problems_of(etree.fromstring(document), notes)
    return [str(each) for each in notes.problems]


@pytest.mark.parametrize("index", range(len(envelopes.documents())))
def test_every_element_of_the_schema_is_accepted(index):
    document = envelopes.documents()[index]

    assert problems(document) == []
    assert cimbus.decode(document, strict=True).origin


def request(inside: str) -> str:
    return message("", root="RequestMessage", head=header("get"), middle=inside)


WRONG = {
    "an extension between fields": (message(head=header().replace("<Noun>", '<v:x xmlns:v="urn:v"/><Noun>')), "Header/x"),  # noqa: E501
    "an unqualified extension": (message(head=header(extra='<x xmlns=""/>')), "Header/x"),
    "an extension in an event": (message().replace("</EventMessage>", '<v:x xmlns:v="urn:v"/></EventMessage>'), "/x"),
    "a field twice": (message(head=header(extra="<MessageID>2</MessageID>")), "MessageID[2]"),
    "an operation in another namespace": (
        message('<OperationSet><Operation xmlns="urn:x"><operationId>1</operationId></Operation></OperationSet>'),
        "OperationSet/Operation",
    ),
    "an ID behind Format": (message("<Format>XML</Format><ID>1</ID>"), "Payload/ID"),
    "two arms of the choice": (message(f"{events()}<ID>1</ID>"), "Payload/ID"),
    "two formats": (message("<Format>XML</Format><Format>XML</Format>"), "Format[2]"),
    "an element in a text": (message("<ID>1</ID><Format>XML<b/></Format>"), "Payload/Format"),
    "an attribute of the root": (message().replace("<EventMessage ", '<EventMessage a="b" '), "EventMessage"),
    "nil": (message(head=header().replace("<Source>", '<Source xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="false">')), "Source"),  # noqa: E501
    "text between areas": (message().replace("</Header>", "</Header>x"), "EventMessage"),
    "an empty integer": (message("<OperationSet><Operation><operationId/></Operation></OperationSet>"), "operationId"),
    "a word for a boolean": (message(head=header(extra="").replace("<MessageID>", "<AckRequired>yes</AckRequired><MessageID>")), "AckRequired"),  # noqa: E501
    "a date for a time": (request("<Request><StartTime>2026-03-01</StartTime></Request>"), "StartTime"),
    "a kind of ID": (request('<Request><ID kind="serial">1</ID></Request>'), "Request/ID"),
    "a request in an event": (message(middle="<Request/>"), "EventMessage/Request"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_the_schema_refuses_is_refused_with_its_place(name):
    document, place = WRONG[name]
    with pytest.raises(StrictError) as caught:
        cimbus.decode(document, strict=True)

    assert caught.value.path.endswith(place)
    assert caught.value.line


def test_all_problems_are_said_with_index_and_line():
    inside = "".join(
        f"\n<EndDeviceEvent><mRID>{i}</mRID><createdDateTime>soon</createdDateTime></EndDeviceEvent>" for i in range(3)
    )
    document = message(f'<EndDeviceEvents xmlns="{EVENTS}">{inside}</EndDeviceEvents>', head=header("CREATED"))
    with pytest.raises(StrictError) as caught:
        cimbus.decode(document, strict=True)

    found = [(each.path.removeprefix("EventMessage/"), each.line) for each in caught.value.problems]
    assert found[0] == ("Header/Verb", 1)
    assert ("Payload/EndDeviceEvents/EndDeviceEvent[2]/createdDateTime", 3) in found
    assert ("Payload/EndDeviceEvents/EndDeviceEvent[3]/EndDeviceEventType", 4) in found
    assert str(caught.value).endswith(f"and {len(found) - 1} more")
    assert caught.value.header.message_id == "m-1"
    notes = [(note.path.removeprefix("EventMessage/"), note.line) for note in cimbus.decode(document).notes]
    assert set(found) <= set(notes)


def test_places_inside_a_query_are_those_of_the_document():
    query = '<GetMeterReadings xmlns="http://iec.ch/TC57/2011/GetMeterReadings#"><EndDevice><mRID>1</mRID></EndDevice><EndDevice><x/></EndDevice></GetMeterReadings>'
    read = cimbus.decode(request(f"<Request>{query}</Request>"))

    assert [note.path for note in read.notes] == ["RequestMessage/Request/GetMeterReadings/EndDevice[2]/x"]


def test_the_problems_are_the_first_hundred():
    document = message(f'<EndDeviceEvents xmlns="{EVENTS}">{"<x/>" * 500}</EndDeviceEvents>')
    wrong = document.replace("<x/>", "<EndDeviceEvent><mRID>1</mRID></EndDeviceEvent>")
    with pytest.raises(StrictError) as caught:
        cimbus.decode(wrong, strict=True)

    assert len(caught.value.problems) == MAX_PROBLEMS


PER_NOUN = (
    '<g:GetCrewRosterRequestMessage xmlns:g="urn:u/2020/GetCrewRosterMessage" xmlns="{ns}"><g:Header><Verb>get</Verb>'
    "<Noun>CrewRoster</Noun></g:Header><g:Request><g:StartTime>2026-01-01T00:00:00Z</g:StartTime><g:Option>"
    '<name>limit</name></g:Option><g:ID>1</g:ID><q:GetCrewRoster xmlns:q="urn:u/2020/GetCrewRoster#"/></g:Request>'
    "</g:GetCrewRosterRequestMessage>"
)


@pytest.mark.parametrize("ns", [MESSAGE, MESSAGE.replace("http://", "http://www.")])
def test_a_per_noun_message_is_in_two_namespaces(ns):
    document = PER_NOUN.format(ns=ns)

    read = cimbus.decode(document, strict=True)
    assert read.request_area.option("limit", "none") is None
    assert read.request_area.ids[0].value == "1"
    assert problems(document.replace("g:StartTime", "StartTime"))
    assert problems(document.replace("<Verb>", "<g:Verb>").replace("</Verb>", "</g:Verb>"))
    assert problems(document.replace(ns, "urn:other"))


@pytest.mark.parametrize("name", envelopes.schemas() or [None])
def test_the_users_schemas_and_strict_reading_agree(name):
    if name is None:
        pytest.skip("CIMBUS_SCHEMA_PATH names no schema of the Edition 1 envelope")
    schema = envelopes.schemas()[name]

    found = [each for index in range(COUNT) if (each := envelopes.disagreement(1, index, schema))]
    assert not found


def test_the_mutants_are_of_both_kinds():
    accepted = 0
    for index in range(300):
        random = Random(index)
        try:
            cimbus.decode(envelopes.mutated(random, random.choice(envelopes.documents())), strict=True)
            accepted += 1
        except cimbus.DecodeError:
            pass

    assert 50 < accepted < 250
