"""``decode_header`` gives the header that ``decode`` gives, without looking at the payload."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cimbus
from cimbus import Header, Message, XmlElement
from cimbus.interface.envelope import Payload
from interface.codecs.codec_samples import DIALECTS, MESSAGE, events, header, message, soap
from interface.codecs.codec_strategies import headers

FULL = header(
    extra="<CorrelationID>c</CorrelationID><Comment>x &amp; y</Comment>"
    "<Property><Name>a</Name><Value>b</Value></Property>"
)


@pytest.mark.parametrize("name", DIALECTS)
def test_the_header_of_every_dialect_is_the_same_alone(name):
    document = DIALECTS[name].document

    assert cimbus.decode_header(document) == cimbus.decode(document).header
    assert cimbus.decode_header(document.encode("utf-16")) == cimbus.decode(document).header
    assert cimbus.decode_header(memoryview(document.encode())) == cimbus.decode(document).header


@pytest.mark.parametrize("name", DIALECTS)
def test_the_header_of_every_dialect_written_as_json_is_the_same_alone(name):
    read = cimbus.decode(DIALECTS[name].document)

    assert cimbus.decode_header(cimbus.encode(read, "json")) == read.header


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(headers, st.sampled_from(["xml", "json"]))
def test_random_headers_are_the_same_alone(made, form):
    message = Message(made, payload=Payload(items=(XmlElement("X", "urn:x"),)))

    data = cimbus.encode(message, form)
    assert cimbus.decode_header(data) == cimbus.decode(data).header == made


@pytest.mark.parametrize("name", [name for name in DIALECTS if "<Payload>" in DIALECTS[name].document])
def test_what_follows_the_header_may_be_missing(name):
    document = DIALECTS[name].document
    cut = document[: document.index("<Payload>") + 40]

    with pytest.raises(cimbus.DecodeError):
        cimbus.decode(cut)
    assert cimbus.decode_header(cut) == cimbus.decode(document).header


@pytest.mark.parametrize("rest", ["<Payload><Open", "<Payload></Wrong>", "<Payload>&undeclared;", "<Payload>\x00", ""])
def test_what_follows_the_header_may_be_broken(rest):
    start = f'<EventMessage xmlns="{MESSAGE}">'

    assert cimbus.decode_header(f"{start}{header()}{rest}").message_id == "m-1"
    assert cimbus.decode_header(f"{start}{FULL}{rest}").property("a") == "b"


def test_json_may_be_cut_after_the_header():
    data = cimbus.encode(cimbus.decode(message(head=FULL)), "json")
    cut = data[: data.index(b'"Payload"') + 30]

    assert cimbus.decode_header(cut) == cimbus.decode(data).header


def test_a_header_behind_a_long_preamble_is_found():
    wrapped = f"<Envelope><!-- {'x' * 20_000} --><a>{'<b/>' * 3_000}</a>{message(head=FULL)}</Envelope>"

    assert cimbus.decode_header(wrapped) == cimbus.decode(wrapped).header


def test_a_long_header_is_found():
    properties = "".join(f"<Property><Name>n{i}</Name><Value>{'v' * 50}</Value></Property>" for i in range(500))
    document = message(head=header(extra=properties))

    assert len(cimbus.decode_header(document).properties) == 500
    data = cimbus.encode(cimbus.decode(document), "json")
    assert len(cimbus.decode_header(data).properties) == 500


@pytest.mark.parametrize(
    "head",
    [
        "<Header><Verb> Created</Verb><Noun> EndDeviceEvents </Noun><MessageID> m </MessageID></Header>",
        "<Header><Verb>update</Verb><Noun>X</Noun></Header>",
        "<Header><Noun>X</Noun><Verb>created</Verb></Header>",
        "<Header><Verb>created</Verb><Verb>deleted</Verb><Noun>X</Noun></Header>",
        "<Header><Verb>created</Verb><Noun>X</Noun><Timestamp>1970-01-01T00:00:00Z</Timestamp></Header>",
        "<Header><Verb>created</Verb><Noun>X</Noun><Timestamp>2026-03-01T12:00:00</Timestamp></Header>",
        "<Header><Verb>created</Verb><Noun>X</Noun><Timestamp>never</Timestamp></Header>",
        "<Header><Verb>created</Verb><Noun>X</Noun><AckRequired>yes</AckRequired></Header>",
        "<Header><Verb>created</Verb><Noun><![CDATA[X]]></Noun></Header>",
        "<Header><Verb>created</Verb><Noun>X&#65;</Noun></Header>",
        "<Header ><Verb>created</Verb>\n<Noun>X</Noun>\n</Header >",
        "<Header a='b'><Verb>created</Verb><Noun>X</Noun></Header>",
        "<Header><Verb>created</Verb><Noun>X</Noun><Comment> two\r\nlines </Comment></Header>",
        "<Header><Verb>created</Verb><Noun>X</Noun><Vendor/></Header>",
        "<Header><Verb>created</Verb><Noun>X</Noun><Source/></Header>",
    ],
)
def test_odd_headers_are_judged_alike(head):
    document = message(head=head)

    assert cimbus.decode_header(document) == cimbus.decode(document).header


@pytest.mark.parametrize(
    "head",
    [
        {"Verb": "CREATED", "Noun": "X"},
        {"Verb": "updated", "Noun": "X"},
        {"Verb": "created", "Noun": " X "},
        {"Verb": "created", "Noun": "X", "MessageID": "a\n"},
        {"Verb": "created", "Noun": "X", "Timestamp": "1970-01-01T00:00:00Z"},
        {"Verb": "created", "Noun": "X", "Timestamp": "2026-03-01T12:00:00"},
        {"Verb": "created", "Noun": "X", "MessageID": 17, "AckRequired": "yes"},
        {"Verb": "created", "Noun": "X", "MessageID": None},
        {"Verb": "created", "Noun": "\u00e9"},
        {"verb": "created", "noun": "X", "messageId": "1"},
        {"Verb": "created", "Noun": "X", "Vendor": 1},
        {"Verb": "created", "Noun": "X", "Property": {"Name": "a", "Value": " : b "}},
    ],
    ids=str,
)
def test_odd_json_headers_are_judged_alike(head):
    document = json.dumps({"EventMessage": {"Header": head, "Payload": {"X": "1"}}})

    assert cimbus.decode_header(document) == cimbus.decode(document).header


def test_a_soap_header_is_not_taken_for_the_message_header():
    for empty in ("<s:Header/>", "<s:Header></s:Header>", "<s:Header><Verb xmlns='u'/></s:Header>", ""):
        document = soap(message()).replace('<s:Header><w:Security xmlns:w="urn:w"/></s:Header>', empty)
        if "Verb" not in empty:
            assert cimbus.decode_header(document).verb == "created"


def test_a_fault_has_the_header_that_it_implies():
    fault = f'<FaultMessage xmlns="{MESSAGE}"><Reply><Result>FAILED</Result></Reply></FaultMessage>'

    assert cimbus.decode_header(fault) == Header(verb="reply", noun="")
    assert cimbus.decode_header(fault) == cimbus.decode(fault).header


def test_a_document_without_a_header_is_refused():
    for document in (events(), "<a/>", "{}", "[]", "", "<Header/>", "<E><Header><Noun>X</Noun></Header></E>"):
        with pytest.raises(cimbus.DecodeError):
            cimbus.decode_header(document)
