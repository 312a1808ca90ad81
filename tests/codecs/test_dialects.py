"""Every dialect of the envelope gives the same typed payload; what was forgiven is noted, and refused when strict."""

from __future__ import annotations

import json

import pytest
from codec_samples import DIALECTS, MESSAGE, events, header, message, soap

import cimbus
from cimbus import ID, ResultKind, Root

NOTED = {name: dialect for name, dialect in DIALECTS.items() if dialect.noted}
CLEAN = {name: dialect for name, dialect in DIALECTS.items() if not dialect.noted}


def texts(read: cimbus.Message) -> str:
    return "\n".join(map(str, read.notes))


def strictly(document: str | bytes) -> cimbus.StrictError:
    with pytest.raises(cimbus.StrictError) as caught:
        _ = cimbus.decode(document, strict=True).notes
    return caught.value


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_gives_the_typed_event(name):
    read = cimbus.decode(DIALECTS[name].document)

    (event,) = read.payload.EndDeviceEvent
    assert event.mRID == "e1"
    assert event.EndDeviceEventType.ref == "3.26.9.185"
    assert event.createdDateTime.isoformat() == "2026-03-01T12:00:00+00:00"
    assert read.header.noun == "EndDeviceEvents"
    assert read.header.message_id == "m-1"


@pytest.mark.parametrize("name", CLEAN)
def test_what_the_schema_allows_earns_no_note_and_is_read_strictly(name):
    read = cimbus.decode(CLEAN[name].document, strict=True)

    assert read.notes == ()


@pytest.mark.parametrize("name", NOTED)
def test_what_the_schema_does_not_allow_is_noted(name):
    assert NOTED[name].noted in texts(cimbus.decode(NOTED[name].document))


@pytest.mark.parametrize("name", NOTED)
def test_what_is_noted_is_refused_when_strict_and_the_path_names_it(name):
    error = strictly(NOTED[name].document)

    assert error.path
    assert not NOTED[name].path or error.path == NOTED[name].path


@pytest.mark.parametrize("name", DIALECTS)
def test_whatever_came_in_goes_out_as_edition_1(name):
    read = cimbus.decode(DIALECTS[name].document)

    again = cimbus.decode(cimbus.encode(read))
    assert again == read
    assert again.payload == read.payload


def test_the_lower_camel_clone_is_a_request_without_a_time():
    read = cimbus.decode(DIALECTS["L lower-camel clone"].document)

    assert (read.root, read.header.verb) == (Root.request, "create")
    assert read.header.timestamp is None
    assert read.header.correlation_id == "c-1"
    assert "1970-01-01T00:00:00Z means no time" in texts(read)


def test_vendor_elements_are_kept():
    read = cimbus.decode(DIALECTS["C vendor element in the IEC namespace"].document)

    (stray,) = read.foreign.elements
    assert (stray.element.name, stray.element.text) == ("timesliceOperation", "delta")


def test_header_extensions_of_another_namespace_are_kept():
    read = cimbus.decode(DIALECTS["B header extension"].document)

    (stray,) = read.header.foreign.elements
    assert (stray.element.name, stray.element.namespace, stray.element.text) == ("Trace", "urn:x", "7")


def test_a_reply_code_and_a_plain_error_of_a_draft_are_understood():
    head = header("REPLY")
    reply = "<Reply><ReplyCode>FAILED</ReplyCode><Error>2.4: no such meter</Error><ID>a</ID></Reply>"
    read = cimbus.decode(
        message("", root="ResponseMessage", ns="http://iec.ch/TC57/2008/schema/message", head=head, middle=reply)
    )

    assert read.result is ResultKind.FAILED
    assert (read.errors[0].code, read.errors[0].reason) == ("2.4", "no such meter")
    assert read.reply_area.ids == (ID(value="a"),)
    assert "ReplyCode read as Result" in texts(read)
    assert "an error of plain text" in texts(read)


def test_a_plain_error_without_code_is_a_reason():
    reply = "<Reply><Result>failed</Result><Error>out of order</Error></Reply>"
    read = cimbus.decode(message("", root="ResponseMessage", head=header("reply"), middle=reply))

    assert (read.errors[0].code, read.errors[0].reason) == ("", "out of order")
    assert read.result is ResultKind.FAILED


def test_a_result_outside_the_list_is_kept():
    reply = "<Reply><Result>NOK</Result></Reply>"
    document = message("", root="ResponseMessage", head=header("reply"), middle=reply)

    read = cimbus.decode(document)
    assert read.result == "NOK"
    assert not read.result.known
    assert strictly(document).path == "ResponseMessage/Reply/Result"


def test_a_reply_in_a_request_is_read_and_noted():
    document = message(root="RequestMessage", head=header("create"), middle="<Reply><Result>OK</Result></Reply>")

    read = cimbus.decode(document)
    assert read.result is ResultKind.OK
    assert strictly(document).path == "RequestMessage/Reply"


def test_a_missing_noun_is_taken_from_the_payload():
    document = message(head="<Header><Verb>created</Verb></Header>")

    read = cimbus.decode(document)
    assert read.header.noun == "EndDeviceEvents"
    assert strictly(document).path == "EventMessage/Header/Noun"


def test_a_soap_document_as_text_inside_json_is_found():
    record = {"method": "POST", "headers": [{"a": "b"}], "request": {"body": soap(message())}}

    read = cimbus.decode(json.dumps(record))
    assert read.payload.EndDeviceEvent[0].mRID == "e1"
    assert "an XML document inside JSON" in texts(read)
    assert strictly(json.dumps(record)).path == "Envelope"


@pytest.mark.parametrize("version", ["http://schemas.xmlsoap.org/soap/envelope/"])
def test_a_soap_1_1_fault_is_a_fault_message(version):
    fault = "<s:Fault><faultcode>s:Server</faultcode><faultstring>no such thing</faultstring></s:Fault>"
    document = soap(fault, version)

    read = cimbus.decode(document)
    assert (read.root, read.result) == (Root.fault, ResultKind.FAILED)
    assert (read.errors[0].code, read.errors[0].reason) == ("s:Server", "no such thing")
    assert strictly(document).path == "Envelope/Body/Fault"


def test_a_soap_1_2_fault_is_a_fault_message():
    fault = (
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>gone</s:Text></s:Reason></s:Fault>"
    )
    read = cimbus.decode(soap(fault, "http://www.w3.org/2003/05/soap-envelope"))

    assert (read.errors[0].code, read.errors[0].reason) == ("s:Receiver", "gone")


def test_a_fault_message_has_a_reply_alone():
    document = f'<FaultMessage xmlns="{MESSAGE}"><Reply><Result>FAILED</Result></Reply></FaultMessage>'

    read = cimbus.decode(document, strict=True)
    assert (read.root, read.header.verb, read.header.noun) == (Root.fault, "reply", "")


def test_a_bare_noun_says_what_is_missing():
    with pytest.raises(cimbus.DecodeError, match="bare EndDeviceEvents without an envelope"):
        cimbus.decode(events())


def test_several_events_are_several():
    read = cimbus.decode(message(events("a", "b", "c")), strict=True)

    assert [event.mRID for event in read.payload.EndDeviceEvent] == ["a", "b", "c"]


def test_several_nouns_are_all_there():
    read = cimbus.decode(message(events("a") + '<Other xmlns="urn:o"/>' + events("b")))

    assert [type(each).__name__ for each in read.payloads] == ["EndDeviceEvents", "Element", "EndDeviceEvents"]
    assert read.payload.EndDeviceEvent[0].mRID == "a"


def test_areas_in_another_order_are_noted():
    document = f'<EventMessage xmlns="{MESSAGE}"><Payload>{events()}</Payload>{header()}</EventMessage>'

    assert cimbus.decode(document).payload.EndDeviceEvent[0].mRID == "e1"
    assert "not in the order" in str(strictly(document))
