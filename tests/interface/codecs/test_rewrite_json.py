"""Headers of JSON as the usual converters write it, rewritten where they stand."""

from __future__ import annotations

import json

import pytest

from cimbus import DecodeError, decode, decode_header
from cimbus.interface.codecs import rewrite_header
from interface.codecs.json.test_serializers import FORMS


@pytest.mark.parametrize("tree", FORMS.values(), ids=FORMS)
def test_what_decode_header_reads_is_rewritten(tree):
    for data in (json.dumps(tree).encode(), json.dumps(tree, indent=2).encode(), json.dumps([tree]).encode()):
        new = rewrite_header(data, reply_address="queue:R", message_id="m-2", source='a "b" \u00e9')
        header, before = decode_header(new), decode_header(data)
        assert (header.reply_address, header.message_id, header.source) == ("queue:R", "m-2", 'a "b" \u00e9')
        assert (header.verb, header.noun) == (before.verb, before.noun)
        assert decode(new).payload == decode(data).payload
        assert decode(new).header.extensions is None
        gone = rewrite_header(new, message_id=None, source=None, reply_address=None)
        assert (decode_header(gone).message_id, decode_header(gone).source) == (None, None)
        assert decode(gone).header.extensions is None


def test_only_the_header_changes():
    rest = '"n:Payload" : {"n:X": {"@a": 1.10, "n:v": 12345678901234567890}}}}'
    data = '{"soap:Envelope": {"soap:Header": {}, "n:Message": {"n:Header": {"n:Verb": "get", "n:Noun": "X"}, ' + rest

    assert (
        rewrite_header(f"{data}}}".encode(), context="TESTING").decode()
        == data.replace('{"n:Verb": "get", "n:Noun": "X"}', '{"n:Verb":"get","n:Noun":"X","n:Context":"TESTING"}') + "}"
    )


def test_a_member_in_another_namespace_is_anothers():
    tree = {"n:Message": {"n:Header": {"n:Verb": "get", "n:Noun": "X", "v:ReplyAddress": "topic:v"}}}
    tree["n:Message"] |= {"@xmlns:n": "http://iec.ch/TC57/2011/schema/message", "@xmlns:v": "urn:v"}

    new = rewrite_header(json.dumps(tree).encode(), reply_address="topic:n")
    assert json.loads(new)["n:Message"]["n:Header"] == {**tree["n:Message"]["n:Header"], "n:ReplyAddress": "topic:n"}
    assert decode(new).header.reply_address == "topic:n"


@pytest.mark.parametrize(
    "tree",
    [
        [{"n:Message": {"n:Header": {"n:Verb": "get", "n:Noun": "X"}}}] * 2,
        {"n:Message": [{"n:Header": {"n:Verb": "get", "n:Noun": "X"}}] * 2},
        {"m:Message": {"m:Body": {}}, "n:Message": {"n:Header": {"n:Verb": "get", "n:Noun": "X"}}},
        {"n:FaultMessage": {"n:Reply": {"n:Result": "FAILED"}}},
    ],
)
def test_what_cannot_be_changed_in_place_is_refused(tree):
    with pytest.raises(DecodeError):
        rewrite_header(json.dumps(tree).encode(), reply_address="topic:n")
