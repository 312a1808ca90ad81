"""A header rewritten where it stands: what was asked for changes, and nothing else."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus import DecodeError, EncodeError, Message, UnsafeError, decode, decode_header, encode
from cimbus.interface.codecs import rewrite_header
from cimbus.interface.codecs.json.loads import unique
from cimbus.nouns import EndDeviceEvents
from interface.codecs.codec_samples import DIALECTS

FIELDS = ("context", "source", "reply_address", "message_id", "correlation_id")
TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), min_size=1)


@pytest.fixture(params=["xml", "json"])
def data(request):
    message = Message.of(EndDeviceEvents(), verb="create", source="HES", correlation_id="old", user=None)
    return encode(message, request.param)


def test_fields_are_changed_added_and_taken_away(data):
    new = rewrite_header(data, correlation_id="new", reply_address="topic:a/b", source=None)
    header, before = decode_header(new), decode_header(data)
    assert (header.correlation_id, header.reply_address, header.source) == ("new", "topic:a/b", None)
    assert (header.message_id, header.verb, header.noun) == (before.message_id, "create", "EndDeviceEvents")
    assert not decode(new, strict=True).notes  # the order of the schema


@given(texts=st.dictionaries(st.sampled_from(FIELDS), TEXT.map(str.strip).filter(bool)))
@pytest.mark.parametrize("form", ["xml", "json"])
def test_whatever_is_written_is_read(form, texts):
    data = encode(Message.of(EndDeviceEvents(), verb="create", source="HES"), form)
    header = decode_header(rewrite_header(data, **texts))
    for field, text in texts.items():
        assert getattr(header, field) == text


def test_a_dialect_keeps_its_ways():
    data = (
        b"<?xml version='1.0'?><soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/'><soap:Header/>"
        b"<soap:Body><ns2:RequestMessage xmlns:ns2='http://iec.ch/TC57/2011/schema/message'><ns2:Header>"
        b"<ns2:Verb>get</ns2:Verb><ns2:Noun>MeterReadings</ns2:Noun><ns2:CorrelationID>1</ns2:CorrelationID>"
        b"</ns2:Header><x:own xmlns:x='urn:x' a='1'>t</x:own></ns2:RequestMessage></soap:Body></soap:Envelope>"
    )
    new = rewrite_header(data, reply_address="queue:R", correlation_id="2")
    assert b"<ns2:ReplyAddress>queue:R</ns2:ReplyAddress><ns2:CorrelationID>2</ns2:CorrelationID>" in new
    assert new.startswith(data[: data.index(b"<ns2:Verb>")])
    assert new.endswith(data[data.index(b"</ns2:Header>") :])  # octet for octet


def test_the_numbers_of_a_json_payload_keep_their_digits():
    rest = b'"Request": {"v": 1.10, "n": 12345678901234567890}}}'
    new = rewrite_header(b'{"RequestMessage": {"Header": {"verb": "get", "noun": "X"}, ' + rest, correlation_id="1")
    assert new.endswith(rest)
    assert decode_header(new).correlation_id == "1"


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_the_payload_of_every_dialect_is_left_alone(name):
    document = DIALECTS[name].document.encode()
    new = rewrite_header(document, correlation_id="other")
    assert decode(new).header.correlation_id == "other"
    assert decode(new).payload == decode(document).payload


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"<a/>", DecodeError),
        (b"<a", DecodeError),
        (b'{"a": {"Header": 1}}', DecodeError),
        (b'{"Header": {"x": 1}}', DecodeError),
        (b'{"Header": {', DecodeError),
        (b"<!DOCTYPE a><a/>", UnsafeError),
    ],
)
def test_what_has_no_header_is_refused(data, error):
    with pytest.raises(error):
        rewrite_header(data, correlation_id="1")


def test_a_text_that_xml_cannot_hold_is_refused():
    with pytest.raises(EncodeError):
        rewrite_header(encode(Message.of(EndDeviceEvents(), verb="create")), correlation_id="\0")
    with pytest.raises(TypeError, match="cannot rewrite verb"):
        rewrite_header(b"<a/>", verb="created")


def test_a_header_behind_a_large_payload_is_rewritten():
    document = '{"value":{"EventMessage":{"Payload":{"X":[{"a":[1.50]}]},"Header":{"Verb":"get","Noun":"X"},"z":1}}}'
    written = rewrite_header(document.encode(), correlation_id="c-1").decode()

    assert written == document.replace('"Noun":"X"', '"Noun":"X","CorrelationID":"c-1"')


def test_json_is_read_once_to_find_the_header_and_not_again():
    objects, counted = 500, 0
    payload = "[" + ",".join(["{}"] * objects) + "]"
    document = f'{{"EventMessage":{{"Header":{{"Verb":"get","Noun":"X"}},"Payload":{{"X":{payload}}}}}}}'

    def note(frame, event, _argument):
        nonlocal counted
        counted += event == "call" and frame.f_code is unique.__code__

    sys.setprofile(note)
    try:
        rewrite_header(document.encode(), correlation_id="x")
    finally:
        sys.setprofile(None)
    assert counted < 1.5 * objects
