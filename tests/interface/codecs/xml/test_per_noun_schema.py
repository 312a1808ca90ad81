"""Strict reading of per-noun envelopes; with ``CIMBUS_SCHEMA_PATH``, compared with the per-noun schemas found there."""

from __future__ import annotations

import pytest
from fuzz import per_noun_envelopes

import cimbus
from cimbus import StrictError
from cimbus.interface.codecs.xml.per_noun_schema import per_noun_schema
from interface.codecs.codec_samples import MESSAGE

BASE = "http://utility.example/2026"
HEADER = "<p:Header><Verb>{}</Verb><Noun>Crews</Noun></p:Header>"
CREWS = '<c:Crews xmlns:c="http://other.example/Crews#"><c:mRID>1</c:mRID></c:Crews>'
QUERY = '<c:{} xmlns:c="http://other.example/GetCrews#"/>'
REPLY = "<p:Reply><Result>OK</Result></p:Reply>"
SET = "<p:OperationSet><Operation><operationId>1</operationId></Operation></p:OperationSet>"
COUNT = 250
"""Mutants for each schema: there are twenty in the public copies, so 5 000 in all."""


def envelope(root: str, areas: str, *, schema: str, verb: str = "create", common: str = MESSAGE) -> str:
    header = "" if "Fault" in root else HEADER.format(verb)
    return f'<p:{root} xmlns:p="{BASE}/{schema}" xmlns="{common}">{header}{areas}</p:{root}>'


def payload(inner: str) -> str:
    return f"<p:Payload>{inner}</p:Payload>"


def request(inner: str) -> str:
    return f"<p:Request>{inner}</p:Request>"


NOUN, GET, QUERIES, OPERATIONS = "CrewsMessage", "GetCrewsMessage", "CrewQueriesMessage", "CrewsOperationSetMessage"
TIMES = "<p:StartTime>2026-01-01T00:00:00Z</p:StartTime><p:Option><name>a</name></p:Option><p:ID {}>1</p:ID>"
VALID = [
    *((f"{verb}Crews", payload(CREWS), NOUN) for verb in ("Create", "Change", "Cancel", "Close", "Delete")),
    *((f"{verb}Crews", payload(CREWS), NOUN) for verb in ("Created", "Changed", "Canceled", "Closed", "Deleted")),
    ("CrewsRequestMessage", "", NOUN),
    ("CrewsResponseMessage", REPLY + payload(CREWS + SET + "<p:Compressed/><p:Format/>"), NOUN),
    ("CrewsFaultMessage", REPLY, NOUN),
    ("CreatedCrews", payload(CREWS + CREWS), NOUN),
    ("DeleteCrews", request(TIMES.format('kind="uuid"') + CREWS), NOUN),
    ("DeleteCrews", request(CREWS), NOUN),
    ("DeleteCrews", request("<ID>1</ID><v:x xmlns:v='urn:v'/>"), NOUN),
    ("DeleteCrews", request(""), NOUN),
    ("GetCrewsRequestMessage", request(TIMES.format("") + QUERY.format("GetCrews") + "<v:x xmlns:v='urn:v'/>"), GET),
    ("GetCrewsResponseMessage", REPLY + payload(CREWS), GET),
    ("GetCrewsResponseMessage", REPLY + payload(""), GET),
    ("GetCrewsFaultMessage", REPLY, GET),
    ("CrewQueriesRequestMessage", request(QUERY.format("CrewQueries")), QUERIES),
    ("CrewQueriesResponseMessage", REPLY + payload(CREWS), QUERIES),
    ("ExecuteCrewsOperationSet", request("<ID>1</ID>") + payload(SET), OPERATIONS),
    ("ExecutedCrewsOperationSet", payload(SET + "<p:Format>XML</p:Format>"), OPERATIONS),
    ("CrewsOperationSetResponseMessage", REPLY, OPERATIONS),
]
INVALID = [
    ("UpdateCrews", payload(CREWS), NOUN, "no element"),
    ("CreateCrew", payload(CREWS), NOUN, "no element"),
    ("CrewsEventMessage", payload(CREWS), NOUN, "no element"),
    ("CreateCrewsType", payload(CREWS), NOUN, "no element"),
    ("CreateCrews", payload(CREWS), GET, "no element"),
    ("CreateCrews", payload(CREWS), "Crews", "no element"),
    ("GetCrewsRequestMessage", request(QUERY.format("GetCrews")), NOUN, "no element"),
    ("ExecuteCrews", payload(SET), NOUN, "no element"),
    ("CreatedCrews", payload(""), NOUN, "mandatory"),
    ("CreatedCrews", payload(CREWS.replace("c:Crews", "c:Others")), NOUN, "<Crews> belongs here"),
    ("CreatedCrews", payload("<Crews/>"), NOUN, "<Crews> belongs here"),
    ("CreatedCrews", payload(CREWS + "<p:ID>1</p:ID>"), NOUN, "not part of the standard"),
    ("CreatedCrews", payload(SET + CREWS), NOUN, "<Crews> belongs here"),
    ("CreatedCrews", request("") + payload(CREWS), NOUN, "not part of the standard"),
    ("DeleteCrews", request(TIMES.format("")), NOUN, "mandatory"),
    ("DeleteCrews", request(CREWS + TIMES.format("")), NOUN, "order"),
    ("DeleteCrews", request("<Option/>"), NOUN, "mandatory"),
    ("GetCrewsRequestMessage", request(QUERY.format("GetCrews")) + payload(CREWS), GET, "not part of the standard"),
    ("GetCrewsRequestMessage", request(TIMES.format("")), GET, "mandatory"),
    ("GetCrewsRequestMessage", request("<ID>1</ID>" + QUERY.format("GetCrews")), GET, "belongs here"),
    ("GetCrewsRequestMessage", request(TIMES.format('kind="uuid"') + QUERY.format("GetCrews")), GET, "attribute"),
    ("GetCrewsResponseMessage", REPLY + payload(CREWS + CREWS), GET, "not"),
    ("GetCrewsResponseMessage", REPLY + payload(QUERY.format("GetCrews")), GET, "not part of the standard"),
    ("ExecuteCrewsOperationSet", payload(CREWS + SET), OPERATIONS, "not part of the standard"),
]


@pytest.mark.parametrize(("root", "areas", "schema"), VALID, ids=[row[0] for row in VALID])
def test_what_public_schemas_have_is_accepted(root, areas, schema):
    for common in (MESSAGE, MESSAGE.replace("http://", "http://www.")):
        read = cimbus.decode(envelope(root, areas, schema=schema, common=common), strict=True)

        assert (read.payload_area.items != ()) is (CREWS in areas or "GetCrews" in areas or "CrewQueries" in areas)


@pytest.mark.parametrize(("root", "areas", "schema", "why"), INVALID, ids=[row[0] for row in INVALID])
def test_what_no_public_schema_has_is_refused(root, areas, schema, why):
    document = envelope(root, areas, schema=schema)
    with pytest.raises(StrictError, match=why):
        cimbus.decode(document, strict=True)

    cimbus.decode(document)  # and lenient reading reads it


def test_what_is_written_per_noun_is_as_the_schema_has_it():
    for message in (
        cimbus.Message.of(cimbus.XmlElement("Crews", f"{BASE}/Crews#"), verb="change"),
        cimbus.Message.of(cimbus.XmlElement("Crews", f"{BASE}/Crews#")).reply(),
        cimbus.Message.of(cimbus.XmlElement("GetCrews", f"{BASE}/GetCrews#")),
        cimbus.Message.of(cimbus.XmlElement("GetCrews", f"{BASE}/GetCrews#")).fault(),
    ):
        assert cimbus.encode(message, per_noun=True, strict=True)


def test_what_came_in_the_www_namespace_is_written_back_and_answered_in_it():
    www = MESSAGE.replace("http://", "http://www.")
    document = envelope("CreateCrews", payload(CREWS + SET), schema=NOUN, common=www)

    read = cimbus.decode(document)
    for message in (read, read.reply(), read.caused()):
        written = cimbus.encode(message, per_noun=True, strict=True)
        assert f'xmlns="{www}"'.encode() in written
        assert f'"{MESSAGE}"'.encode() not in written
    assert cimbus.decode(cimbus.encode(read, per_noun=True)) == read
    assert f'xmlns="{MESSAGE}"'.encode() in cimbus.encode(read)


def test_a_namespace_that_ends_otherwise_is_no_per_noun_schemas():
    assert [per_noun_schema(uri) for uri in ("", "urn:x", "urn:x/Message", MESSAGE)] == [None] * 4


@pytest.mark.parametrize("name", per_noun_envelopes.schemas() or [None])
def test_the_users_per_noun_schemas_and_strict_reading_agree(name):
    if name is None:
        pytest.skip("CIMBUS_SCHEMA_PATH names no per-noun schema")
    schema = per_noun_envelopes.schemas()[name]
    bases = per_noun_envelopes.documents(schema)

    assert len(bases) >= len(schema.roots)
    assert [each for each in bases if refusal(each)] == []
    found = [per_noun_envelopes.disagreement(1, index, schema, bases) for index in range(COUNT)]
    assert [each for each in found if each] == []


def refusal(document: bytes) -> str:
    try:
        cimbus.decode(document, strict=True)
    except StrictError as error:
        return str(error)
    return ""
