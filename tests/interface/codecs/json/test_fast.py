"""The fast JSON path reads what cimbus writes, and leaves everything else to the general path."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cimbus
from cimbus import Message, XmlElement, nouns
from cimbus.interface.codecs.json.fast import decode_fast, decode_hook, encode_hook
from cimbus.interface.codecs.json.reader import decode_json
from interface.codecs.codec_strategies import NOUNS, messages

HEADER = {"Verb": "created", "Noun": "EndDeviceEvents"}


@pytest.mark.parametrize("entry", NOUNS, ids=lambda entry: entry.name)
@given(data=st.data())
def test_where_it_gives_a_message_the_general_path_gives_an_equal_one(entry, data):
    made = data.draw(messages(entry))
    written = cimbus.encode(made, "json")
    fast = decode_fast(written)

    if fast is not None:
        general = cimbus.decode(json.dumps({"wrapped": json.loads(written)}))
        assert fast == general == made


def test_a_message_of_our_own_takes_it():
    made = Message.of(nouns.EndDeviceEvents(), source="HES")

    assert decode_fast(cimbus.encode(made, "json")) == made


@pytest.mark.parametrize(
    "tree",
    [
        {"header": HEADER},
        {"EventMessage": {"header": HEADER}},
        {"Eventmessage": {"Header": HEADER}},
        {"EventMessage": {"Header": HEADER, "Other": 1}},
        {"EventMessage": {"Header": HEADER | {"Verb": "CREATED"}}},
        {"EventMessage": {"Header": HEADER, "Payload": {"Widgets": {}}}},
        {"EventMessage": {"Header": HEADER, "Payload": {"EndDeviceEvents": {}, "MeterReadings": {}}}},
        {"EventMessage": {"Header": HEADER, "Payload": {"EndDeviceEvents": {"unknown": 1}}}},
        {"ResponseMessage": {"Header": HEADER | {"Verb": "reply"}, "Reply": {"Result": "NOK"}}},
        {"EventMessage": {"Header": HEADER}, "second": 1},
        [],
    ],
    ids=range(11),
)
def test_anything_unusual_is_left_to_the_general_path(tree):
    data = json.dumps(tree).encode()

    assert decode_fast(data) is None
    if isinstance(tree, dict):
        assert decode_json(data, strict=False, limits=cimbus.DEFAULT_LIMITS).header.verb


def test_the_hooks_are_for_elements_alone():
    element = XmlElement("Trace", "urn:x", text="7")

    assert decode_hook(XmlElement, encode_hook(element)) == element
    with pytest.raises(ValueError):
        decode_hook(XmlElement, {"a": 1, "b": 2})
    with pytest.raises(ValueError):
        decode_hook(complex, 1)
    with pytest.raises(TypeError):
        encode_hook(1j)
