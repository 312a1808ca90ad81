"""JSON with odd keys and values: refused with a ``CimbusError``, or read into something that can be written again."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

import cimbus
from cimbus import CimbusError, Message, XmlElement

KEYS = [
    "",
    "#",
    "#text",
    "#children",
    "#extensions",
    "@",
    "@a",
    "@a b",
    "@a:b",
    "@{u}a",
    "@{}a",
    "@{u",
    "@xml:lang",
    "@{http://www.w3.org/XML/1998/namespace}lang",
    "@{http://www.w3.org/2000/xmlns/}p",
    "@xmlns",
    "@xmlns:",
    "@xmlns:p",
    "@xmlns:ns0",
    "@xmlns:a b",
    '@xmlns:a="x"',
    "@xmlns:xml",
    "@xmlns:xmlns",
    "@xmlns:1",
    "a b",
    "a:b",
    "{u}a",
    "{",
    "{}",
    "<a>",
    "\x00",
    "a\x01",
    "\uffff",
    "ключ",
    "é" * 1_000,
    "Header",
    "Compressed",
    "ID",
    "Format",
    "OperationSet",
]


VALUES = [
    None,
    True,
    0,
    -1.5,
    1e300,
    2**70,
    "",
    "u",
    "urn:u",
    "a b",
    "\x00",
    "]]>",
    [],
    [[]],
    [[["x"]]],
    {},
    {"a": {}},
    [{"a": 1}, "text", {"b": None}, 2],
    {"#text": {"a": 1}},
    {"#children": 5},
    {"#children": [[1], {"x y": 1}]},
    {"@xmlns": 5},
    {"elements": 5, "attributes": [1]},
    {"elements": {"a": 1}, "attributes": {"x y": "1"}},
    {"elements": [1, {"element": [1]}, {"element": {"a": 1}, "after": {}}]},
    {"elements": [{"element": {"e": "1"}, "after": "^"}], "attributes": {"@a": "1", "Verb@b": {"c": 1}, "{": ""}},
    {"attributes": {"{http://www.w3.org/2000/xmlns/}p": "u"}},
]


HEADER = {"Verb": "created", "Noun": "X"}


def places(key: str, value: object):
    """Yield messages that have the pair in each area."""
    pair = {key: value}
    yield {"EventMessage": {"Header": HEADER, "Payload": {"X": pair}}}
    yield {"EventMessage": {"Header": HEADER, "Payload": pair}}
    yield {"EventMessage": {"Header": HEADER | pair, "Payload": {"X": "1"}}}
    yield {"EventMessage": {"Header": HEADER} | pair}
    yield {"EventMessage": {"Header": HEADER, "Payload": {"EndDeviceEvents": pair}}}
    yield {"RequestMessage": {"Header": HEADER | {"Verb": "get"}, "Request": pair}}
    yield {"ResponseMessage": {"Header": HEADER | {"Verb": "reply"}, "Reply": {"Result": "OK"} | pair}}
    yield {key: {"header": HEADER, "payload": value}}


def check(data: bytes) -> None:
    with suppress(CimbusError):
        cimbus.decode_header(data)
    try:
        read = cimbus.decode(data)
        _ = read.payload, read.notes
    except CimbusError:
        return
    for form in ("xml", "json"):
        try:
            written = cimbus.encode(read, form)
        except cimbus.EncodeError:
            continue
        again = cimbus.decode(written)
        assert again.header.verb == read.header.verb
        assert again.payload_area is not None


@pytest.mark.parametrize("key", KEYS, ids=lambda key: ascii(key)[:40])
def test_odd_keys_with_odd_values_are_refused_or_can_be_written_again(key):
    for value in VALUES:
        for message in places(key, value):
            check(json.dumps(message).encode())


@pytest.mark.parametrize(
    "content",
    [
        {"attributes": [1]},
        {"elements": {"a": 1}},
        {"elements": 5},
        {"elements": [{"element": [1]}]},
        {"elements": [7]},
        5,
        [1],
    ],
    ids=str,
)
def test_kept_content_of_the_wrong_shape_is_ignored(content):
    data = json.dumps({"EventMessage": {"Header": HEADER | {"#extensions": content}}})

    assert cimbus.decode(data).header.noun == "X"
    assert cimbus.decode_header(data).noun == "X"


def written(message: Message) -> dict:
    return json.loads(cimbus.encode(message, "json"))


def test_an_unknown_noun_shows_its_namespaces_attributes_and_order():
    children = [
        XmlElement("a", "u", text="1"),
        XmlElement("b", "u"),
        XmlElement("a", "v", attributes={"{w}k": "2"}, text="3"),
    ]
    made = Message.of(XmlElement("X", "u", attributes={"id": "7"}, children=children))

    assert written(made)["EventMessage"]["Payload"]["X"] == {
        "@xmlns": "u",
        "@id": "7",
        "#children": [{"a": "1"}, {"b": ""}, {"a": {"@xmlns": "v", "@{w}k": "2", "#text": "3"}}],
    }
    assert cimbus.decode(cimbus.encode(made, "json")) == made


@pytest.mark.parametrize("place", ["^", "", "Source"])
def test_an_extension_called_like_a_text_or_an_attribute_of_its_class_stays_one(place):
    """``value`` is the text of an ID, and ``kind`` one of its attributes; in JSON both are members."""
    extensions = {"elements": [{"element": {"value": "9"}, "after": place}, {"element": {"kind": "x"}, "after": place}]}
    area = {"ID": [{"value": "m", "#extensions": extensions}, {"value": "n", "kind": "name"}]}
    header = {"Verb": "get", "Noun": "MeterReadings"}
    read = cimbus.decode(json.dumps({"RequestMessage": {"Header": header, "Request": area}}))

    first, second = read.request_area.ids
    assert (first.value, first.kind) == ("m", None)
    assert [(each.element.name, each.element.text) for each in first.extensions.elements] == [
        ("value", "9"),
        ("kind", "x"),
    ]
    assert (second.value, second.kind, second.extensions) == ("n", "name", None)
    for form in ("xml", "json"):
        again = cimbus.decode(cimbus.encode(read, form)).request_area.ids[0]
        assert [each.element.text for each in again.extensions.elements] == ["9", "x"]
        assert (again.value, again.kind) == ("m", None)
