"""A header that begins a document as most do is changed in the octets; all others are left to a parser."""

from __future__ import annotations

import json

import pytest

import cimbus
from cimbus.interface.codecs import rewrite_header
from cimbus.interface.codecs.rewrite import _ORDER
from cimbus.interface.codecs.rewrite_plain import rewrite_plain_json, rewrite_plain_xml

from .codec_samples import header, message, prefixed, soap

PLAIN = [
    message(),
    message(head=header(extra="<CorrelationID>c</CorrelationID>")),
    prefixed(),
    f'<?xml version="1.0"?>\n{message()}',
]
TEXTS = [
    {"Source": "a & <b>"},
    {"Source": None},
    {"ReplyAddress": "topic:a"},
    {"Context": "X", "CorrelationID": "ü"},
    {"MessageID": ""},
]


@pytest.mark.parametrize("document", PLAIN)
@pytest.mark.parametrize("texts", TEXTS)
def test_nothing_but_the_header_changes(document, texts):
    data = document.encode()

    new = rewrite_plain_xml(data, texts, _ORDER)
    assert new is not None
    assert new.endswith(data[data.index(b"Header>", data.index(b"Noun")) - 3 :])
    read, before = cimbus.decode(new), cimbus.decode(data)
    assert read.payload == before.payload
    fields = {
        "Source": "source",
        "ReplyAddress": "reply_address",
        "Context": "context",
        "CorrelationID": "correlation_id",
        "MessageID": "message_id",
    }
    for name, field in fields.items():
        assert getattr(read.header, field) == texts.get(name, getattr(before.header, field))
    if "message_id" in fields.values() and before.header.verb:
        assert not [note for note in read.notes if "order" in note.text]


@pytest.mark.parametrize(
    "document",
    [
        message(head=header(extra="<Vendor/>")),
        message(head=header("CREATED")),
        soap(message()).replace("s:", "soap:").replace("xmlns:s", "xmlns:soap").replace("<Header>", "<Header a='b'>"),
        message().replace("<Header>", "<!-- c --><Header>"),
        message().encode("utf-16"),
        "<a/>",
        "",
    ],
)
def test_what_takes_a_parser_is_left_to_it(document):
    data = document.encode() if isinstance(document, str) else document

    assert rewrite_plain_xml(data, {"Source": "x"}, _ORDER) is None


def test_json_keeps_its_octets_around_the_header():
    data = b'\xef\xbb\xbf{ "EventMessage" : {"Header": {"Verb": "created", "Noun": "\xc3\xbc"}, "Payload": {"X": {"n": 1.10, "e": "\xc3\xa4"}}}}'  # noqa: E501

    new = rewrite_plain_json(data, {"Source": "s", "MessageID": None})
    assert new.endswith(b'"Payload": {"X": {"n": 1.10, "e": "\xc3\xa4"}}}}')
    assert new.startswith(b'\xef\xbb\xbf{ "EventMessage" : {"Header": {')
    assert (cimbus.decode_header(new).source, cimbus.decode_header(new).noun) == ("s", "ü")


@pytest.mark.parametrize(
    "tree",
    [
        {"Header": {"Verb": "get", "Noun": "X"}, "header": {"Verb": "delete"}},
        {"Header": {"Verb": "get", "Noun": "X"}, "a": ["Header"]},
        {"a": {"b": {"Header": {"Verb": "get", "Noun": "X"}}}},
        {"Payload": {"Header": {"Verb": "get", "Noun": "X"}}},
        {"Header": {"Verb": "get", "Noun": "\\u00fc"}},
        [],
    ],
)
def test_json_with_another_header_is_left_to_a_parser(tree):
    assert rewrite_plain_json(json.dumps(tree).encode(), {"Source": "x"}) is None


def test_a_second_header_is_refused_as_before():
    data = b'{"Message": {"Header": {"Verb": "get", "Noun": "X"}, "Header": {"Verb": "delete", "Noun": "X"}}}'

    with pytest.raises(cimbus.DecodeError, match="stands twice"):
        rewrite_header(data, source="x")
