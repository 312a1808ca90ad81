"""The payload area: nouns, operation sets, compressed and escaped content."""

from __future__ import annotations

import base64
import gzip
import json

import pytest

import cimbus
from cimbus import Message, UnsafeError, XmlElement, nouns
from cimbus.interface.envelope import ID
from interface.codecs.codec_samples import events, header, message


def first(read: cimbus.Message) -> nouns.EndDeviceEvent:
    return read.payload.EndDeviceEvent[0]


def texts(read: cimbus.Message) -> str:
    return "\n".join(map(str, read.notes))


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


@pytest.mark.parametrize("form", ["", "<Format>XML</Format>"])
def test_a_compressed_noun_is_opened(form):
    document = message(f"<Compressed>{packed(events())}</Compressed>{form}")

    read = cimbus.decode(document, strict=True)
    assert first(read).mRID == "e1"
    assert read.payload_area.was_compressed
    for data in (cimbus.encode(read), cimbus.encode(read, "json")):
        assert b"<EndDeviceEvent>" not in data
        assert cimbus.decode(data) == read


@pytest.mark.parametrize("inside", ["!!!", "aGVsbG8=", "", packed("x")[:20], packed("no xml")])
def test_what_cannot_be_opened_stays_as_it_is(inside):
    read = cimbus.decode(message(f"<Compressed>{inside}</Compressed>"))

    assert (read.payload, read.payload_area.unopened) == (None, inside)
    assert "kept as it is" in texts(read)


def test_another_format_is_not_looked_into():
    area = cimbus.decode(message("<Compressed>JVBERg==</Compressed><Format>PDF</Format>"), strict=True).payload_area

    assert (area.unopened, area.format) == ("JVBERg==", "PDF")


def test_several_nouns_cannot_be_compressed_together():
    area = cimbus.Payload(items=(XmlElement("X", "u"), XmlElement("X", "u")), was_compressed=True)
    made = Message(cimbus.Header(verb="created", noun="X"), payload=area)

    for form in ("xml", "json"):
        with pytest.raises(cimbus.EncodeError, match="one document"):
            cimbus.encode(made, form)


def test_an_operation_set_has_typed_operations():
    operations = (
        "<OperationSet><enforceMsgSequence>true</enforceMsgSequence><Operation><operationId>1</operationId>"
        f"<noun>EndDeviceEvents</noun><verb>create</verb>{events('o1')}</Operation><Operation><operationId>2</operationId>"
        "<noun>Widget</noun><verb>delete</verb><elementOperation>true</elementOperation>"
        '<Widget xmlns="urn:w"/></Operation></OperationSet>'
    )
    read = cimbus.decode(
        message(operations, root="RequestMessage", head=header("execute", "OperationSet")), strict=True
    )

    made = read.payload
    assert (made.enforce_msg_sequence, made.enforce_transactional_integrity) == (True, None)
    one, two = made.operations
    assert (one.operation_id, one.verb, one.payload.EndDeviceEvent[0].mRID) == (1, "create", "o1")
    assert (two.element_operation, two.payload) == (True, XmlElement("Widget", "urn:w"))
    for data in (cimbus.encode(read), cimbus.encode(read, "json")):
        assert cimbus.decode(data) == read


def test_ids_alone_are_a_payload():
    area = cimbus.decode(message('<ID kind="name">a</ID><ID>b</ID>'), strict=True).payload_area

    assert area.ids == (ID(value="a", kind="name"), ID(value="b"))


def strictly(document: str | bytes) -> cimbus.StrictError:
    with pytest.raises(cimbus.StrictError) as caught:
        _ = cimbus.decode(document, strict=True).notes
    return caught.value


@pytest.mark.parametrize(
    "inside",
    [
        f"<![CDATA[{events()}]]>",
        f'<![CDATA[  <?xml version="1.0" encoding="UTF-8"?>\n{events()}]]>',
        events().replace("<", "&lt;"),
    ],
)
def test_a_payload_that_is_text_is_read_as_the_xml_that_it_holds(inside):
    read = cimbus.decode(message(inside))

    assert first(read).mRID == "e1"
    assert "the payload is text that holds XML" in texts(read)
    assert strictly(message(inside)).path == "EventMessage/Payload"


def test_the_encoding_that_an_escaped_document_declares_is_not_its_own_any_more():
    inside = f'<![CDATA[<?xml version="1.0" encoding="ISO-8859-1"?>{events("Zähler")}]]>'

    assert first(cimbus.decode(message(inside))).mRID == "Zähler"


@pytest.mark.parametrize("inside", ["plain words", "&lt;broken", "&lt;a>&lt;/b>"])
@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_payload_of_mere_text_is_kept_with_a_note(inside, form):
    read = cimbus.decode(message(inside))

    assert read.payload is None
    assert "text where a noun belongs is kept" in texts(read)
    again = cimbus.decode(cimbus.encode(read, form))
    assert again == read
    assert again.payload_area.extensions.text


def test_several_events_are_several():
    read = cimbus.decode(message(events("a", "b", "c")), strict=True)

    assert [event.mRID for event in read.payload.EndDeviceEvent] == ["a", "b", "c"]


def test_several_nouns_are_all_there():
    read = cimbus.decode(message(events("a") + '<Other xmlns="urn:o"/>' + events("b")))

    assert [type(each).__name__ for each in read.payloads] == ["EndDeviceEvents", "XmlElement", "EndDeviceEvents"]
    assert read.payload.EndDeviceEvent[0].mRID == "a"


GOOD = message(events("a", "b"))


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + GOOD.replace(">HES<", ">&b;<")


def test_a_doctype_inside_an_escaped_or_compressed_payload_is_refused():
    packed = base64.b64encode(gzip.compress(LAUGHS.encode())).decode()
    for payload in (f"<![CDATA[{LAUGHS}]]>", f"<Compressed>{packed}</Compressed>"):
        read = cimbus.decode(message(payload))
        assert read.header.verb == "created"
        with pytest.raises(UnsafeError):
            _ = read.payload


@pytest.mark.parametrize("uri", ["-1", "urn:other", ""])
@pytest.mark.parametrize("name", ["COMPRESSED", "Compressed", "Format"])
def test_a_second_part_of_an_area_in_a_namespace_of_its_own_comes_back_as_it_is(uri, name):
    area = {"@xmlns": uri, "Compressed": packed("<a/>"), "Format": "XML", name.swapcase(): {"#text": "x", "@a": "1"}}
    header = {"Verb": "create", "Noun": "EndDeviceEvents"}
    read = cimbus.decode(json.dumps({"RequestMessage": {"Header": header, "Payload": area}}))

    assert [each.element.name for each in read.payload_area.extensions.elements] == [name.swapcase()]
    for form in ("xml", "json"):
        again = cimbus.decode(cimbus.encode(read, form))
        assert again.payload_area.extensions == read.payload_area.extensions
        assert again.payloads == read.payloads


@pytest.mark.parametrize("before", ["", " \n", "<?xml version='1.0'?><!-- c -->"])
def test_a_noun_that_no_header_names_is_that_of_a_payload_put_in_as_text(before):
    inside = f"{before}<o:Outage xmlns:o='urn:o'/>".replace("<", "&lt;")
    document = (
        '<EventMessage xmlns="http://iec.ch/TC57/2011/schema/message"><Header><Verb>created</Verb></Header>'
        f"<Payload>{inside}</Payload></EventMessage>"
    )

    read = cimbus.decode(document)

    assert (read.header.noun, read.payload.name) == ("Outage", "Outage")
    assert cimbus.decode(cimbus.encode(read)).header.noun == "Outage"
