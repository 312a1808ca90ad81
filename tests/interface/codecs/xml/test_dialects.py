"""Every dialect gives the same typed payload; what the schema does not allow is noted, and refused when strict."""

from __future__ import annotations

import json

import pytest

import cimbus
from cimbus import MessageType, ResultKind
from cimbus.interface.envelope import ID
from interface.codecs.codec_samples import DIALECTS, MESSAGE, header, message

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
def test_what_the_schema_allows_gets_no_note_and_is_read_strictly(name):
    read = cimbus.decode(CLEAN[name].document, strict=True)

    assert read.notes == ()


@pytest.mark.parametrize("name", NOTED)
def test_what_the_schema_does_not_allow_is_noted(name):
    assert NOTED[name].noted in texts(cimbus.decode(NOTED[name].document))


@pytest.mark.parametrize("name", [name for name in NOTED if not name.startswith("P ")])
def test_what_is_noted_is_refused_when_strict_and_the_path_names_it(name):
    error = strictly(NOTED[name].document)

    assert error.path
    assert not NOTED[name].path or error.path == NOTED[name].path


@pytest.mark.parametrize("name", [name for name in NOTED if name.startswith("P ")])
def test_a_payload_in_another_namespace_is_not_what_the_schema_checks(name):
    assert cimbus.decode(NOTED[name].document, strict=True).payload.EndDeviceEvent[0].mRID == "e1"


def test_a_verb_of_the_present_in_an_event_is_against_the_standard_and_not_the_schema():
    document = DIALECTS["verb of the present"].document

    assert "verb 'create' in EventMessage" in "".join(map(str, cimbus.decode(document, strict=True).advice))
    with pytest.raises(cimbus.StrictError, match="verb 'create' in EventMessage"):
        cimbus.decode(document, strict="conformance")


@pytest.mark.parametrize("name", DIALECTS)
def test_whatever_came_in_goes_out_as_edition_1(name):
    read = cimbus.decode(DIALECTS[name].document)

    again = cimbus.decode(cimbus.encode(read))
    assert again == read
    assert again.payload == read.payload


def test_the_lower_camel_clone_is_a_request_without_a_time():
    read = cimbus.decode(DIALECTS["L lower-camel clone"].document)

    assert (read.message_type, read.header.verb) == (MessageType.request, "create")
    assert read.header.timestamp is None
    assert read.header.correlation_id == "c-1"
    assert "1970-01-01T00:00:00Z means no time" in texts(read)


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


def test_lists_that_are_called_after_their_items_are_spread():
    document = (
        f'<Message xmlns="{MESSAGE}"><Header><Verb>reply</Verb><Noun>X</Noun><Properties><Property><Name>p</Name>'
        "</Property><Property><Name>q</Name></Property></Properties></Header><Request><Options><Option><name>a</name>"
        "</Option><OptionType><name>b</name></OptionType></Options><IDs><ID>1</ID></IDs></Request><Reply><Result>FAILED"
        "</Result><Errors><Error><code>5.5</code></Error><ErrorType><code>5.6</code></ErrorType></Errors>"
        "<v:Errors xmlns:v='urn:v'><v:Error/></v:Errors></Reply></Message>"
    )
    read = cimbus.decode(document)
    assert [each.code for each in read.errors] == ["5.5", "5.6"]
    assert [each.name for each in read.request_area.options] == ["a", "b"]
    assert [each.value for each in read.request_area.ids] == ["1"]
    assert [each.name for each in read.header.properties] == ["p", "q"]
    assert [each.element.name for each in read.reply_area.extensions.elements] == ["Errors"]
    assert cimbus.decode_header(document) == read.header
    assert cimbus.decode(cimbus.encode(read)) == read


def test_they_are_in_json():
    reply = {"Result": "FAILED", "Errors": {"Error": [{"code": "5.5"}, {"code": "5.6"}]}}
    document = json.dumps({"ResponseMessage": {"Header": {"Verb": "reply", "Noun": "X"}, "Reply": reply}})

    assert [each.code for each in cimbus.decode(document).errors] == ["5.5", "5.6"]


def test_several_queries_beside_a_payload_stand_behind_it():
    query = "<X xmlns='urn:x'><a>{}</a></X>"
    document = (
        f'<Message xmlns="{MESSAGE}"><Header><Verb>create</Verb><Noun>X</Noun></Header><Request>{query.format(1)}'
        f"{query.format(2)}</Request><Payload>{query.format(0)}</Payload></Message>"
    )
    read = cimbus.decode(document)

    assert [each.children[0].text for each in read.payloads] == ["0", "1", "2"]
    assert cimbus.decode(cimbus.encode(read)) == read
    assert cimbus.decode(cimbus.encode(read, "json")) == read
