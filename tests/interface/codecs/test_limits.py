"""Limits on size, depth and number are kept, in bounded time."""

from __future__ import annotations

import base64
import json
import threading
import zlib

import pytest

import cimbus
from cimbus import CimbusError, Limits, UnsafeError
from cimbus.interface.codecs.compression import pack
from interface.codecs.codec_samples import events, header, message
from interface.codecs.decoding import refused, survive

GOOD = message(events("a", "b"))
GOOD_HEADER = header()


@pytest.mark.parametrize("depth", [240, 300, 5_000, 100_000])
def test_deep_xml_is_refused_or_read(depth):
    deep = "<a>" * depth + "</a>" * depth

    read = survive(message(f'<X xmlns="u">{deep}</X>'))
    assert (read is not None) == (depth == 240)
    survive(deep)
    survive(f"<Envelope>{deep}</Envelope>")


def test_a_raised_depth_limit_still_ends_in_our_own_error():
    depth = 1_500
    document = message(f'<X xmlns="u">{"<a>" * depth}{"</a>" * depth}</X>')

    read = cimbus.decode(document, limits=Limits(max_depth=10_000))
    with pytest.raises(cimbus.DecodeError, match="deep"):
        _ = read.payload


def test_a_message_too_deep_to_be_written_is_an_encode_error():
    element = cimbus.XmlElement("a", "u")
    for _ in range(3_000):
        element = cimbus.XmlElement("a", "u", children=[element])

    for form in ("xml", "json"):
        with pytest.raises(cimbus.EncodeError):
            cimbus.encode(cimbus.Message.of(element), form)


@pytest.mark.parametrize("text", ["[", '{"a":', '{"Header":{"a":', '{"EventMessage":{"Payload":[{"x":', "[[],"])
@pytest.mark.parametrize("depth", [200, 20_000])
def test_deep_json_is_refused(text, depth):
    assert survive(text * depth) is None
    with pytest.raises(CimbusError):
        cimbus.decode_header(text * depth)


def test_deep_json_that_is_complete_is_refused_or_read():
    for depth in (100, 400, 3_000):
        deep = '{"a":' * depth + "1" + "}" * depth
        survive(f'{{"EventMessage":{{"Header":{{"Verb":"created","Noun":"X"}},"Payload":{{"X":{deep}}}}}}}')


def test_limits_are_kept():
    assert isinstance(refused(GOOD, Limits(max_bytes=100)), UnsafeError)
    assert isinstance(refused(GOOD, Limits(max_nodes=10)), UnsafeError)
    assert isinstance(refused(GOOD, Limits(max_depth=3)), UnsafeError)
    json = cimbus.encode(cimbus.decode(GOOD), "json")
    assert isinstance(refused(json, Limits(max_bytes=100)), UnsafeError)
    assert isinstance(refused(json, Limits(max_nodes=5)), UnsafeError)


def test_a_gzip_bomb_is_refused_without_being_inflated():
    squeezed = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = squeezed.compress(bytes(20_000_000)) + squeezed.flush()
    read = cimbus.decode(
        message(f"<Compressed>{base64.b64encode(data).decode()}</Compressed>"), limits=Limits(max_inflated=1_000_000)
    )

    with pytest.raises(UnsafeError, match="inflates"):
        _ = read.payload


def test_many_attributes_elements_and_notes_are_bounded():
    many = " ".join(f'a{i}="1"' for i in range(20_000))
    read = survive(message(f'<EndDeviceEvents xmlns="http://iec.ch/TC57/2011/EndDeviceEvents#" {many}/>'))
    assert read is None or len(read.notes) <= 1_000
    read = survive(
        message(
            f'<EndDeviceEvents xmlns="http://iec.ch/TC57/2011/EndDeviceEvents#">{"<q/>" * 20_000}</EndDeviceEvents>'
        )
    )
    assert read is not None
    assert 0 < len(read.notes) <= 1_000


def test_a_huge_text_is_refused_or_read():
    survive(GOOD.replace(">a<", f">{'x' * 11_000_000}<"))
    survive(GOOD.replace(">HES<", f">{'x' * 2_000_000}<"))
    survive(f'{{"EventMessage":{{"Header":{{"Verb":"created","Noun":"{"x" * 2_000_000}"}}}}}}')


def packed_elements(count: int) -> str:
    return pack(f'<X xmlns="urn:x">{"<a/>" * count}</X>'.encode())


def nested(depth: int) -> object:
    return {"a": nested(depth - 1)} if depth else "1"


def wide(content: str, attributes: str = "") -> str:
    return message(f'<X xmlns="urn:x"{attributes}>{content}</X>')


URI = "u" * 50
BEYOND = {
    "max_attributes": (4, wide('<a b="" c="" d="" e="" f=""/>')),
    "max_attributes in a class": (
        4,
        message(events()).replace("<EndDeviceEvent>", '<EndDeviceEvent a="" b="" c="" d="" e="">'),
    ),
    "max_attributes of a leaf": (4, message(events()).replace("<mRID>", '<mRID a="" b="" c="" d="" e="">', 1)),
    "max_name": (40, wide(f"<{'n' * 41}/>")),
    "max_name in a class": (40, message(events()).replace("<EndDeviceEvent>", f"<EndDeviceEvent><{'n' * 41}/>")),
    "max_name of an attribute": (40, wide(f'<a {"n" * 41}=""/>')),
    "max_uri": (49, message(f'<X xmlns="{URI}"/>')),
    "max_uri of a class": (49, message(events(ns=URI))),
    "max_uri of the envelope": (49, message(ns=URI)),
    "max_uri of an attribute": (49, wide(f'<a xmlns:p="{URI}" p:b=""/>')),
    "max_prefixes": (3, wide("<a/>", ' xmlns:a="u" xmlns:b="u" xmlns:c="u"')),
    "max_prefixes within": (3, wide('<a xmlns:a="u" xmlns:b="u"><a xmlns:c="u"/></a>')),
    "max_texts": (2, f"<w>{'<a>&lt;Header/></a>' * 3}</w>"),
    "max_properties": (
        2,
        message(head=GOOD_HEADER.replace("</Header>", "<Property><Name/></Property>" * 3 + "</Header>")),
    ),
    "max_properties IDs": (2, message("<ID/>" * 3)),
    "max_properties options": (2, message("", middle="<Request>" + "<Option><name/></Option>" * 3 + "</Request>")),
    "max_work": (100, wide("<a/>" * 200)),
    "max_work in a class": (100, message(events()).replace("<EndDeviceEvent>", "<EndDeviceEvent>" + "<q/>" * 200)),
    "max_work of a text": (100, message("<Compressed>" + packed_elements(300) + "</Compressed>")),
}


@pytest.mark.parametrize("name", BEYOND)
def test_each_limit_is_kept_and_named_with_its_value(name: str) -> None:
    limit, data = BEYOND[name]
    field = name.partition(" ")[0]

    error = refused(data, Limits(**{field: limit}))
    assert isinstance(error, UnsafeError)
    assert f"the limit is {limit} (raise it with Limits({field}=...))" in str(error)
    assert survive(data) is not None or field == "max_texts"


JSON = {
    "max_attributes": (2, {"@a": 1, "@b": 2, "@c": 3}),
    "max_name": (40, {"n" * 41: 1}),
    "max_uri": (49, {"@xmlns": URI}),
    "max_prefixes": (2, {f"@xmlns:p{number}": f"urn:{number}" for number in range(5)}),
    "max_work": (100, {"a": ["1"] * 200}),
    "max_depth": (20, nested(30)),
    "max_nodes": (20, {"a": ["1"] * 30}),
}


@pytest.mark.parametrize("name", JSON)
def test_each_limit_is_kept_in_json(name: str) -> None:
    limit, payload = JSON[name]
    header = {"Verb": "created", "Noun": "X"}
    data = json.dumps({"EventMessage": {"Header": header, "Payload": {"X": payload}}})

    error = refused(data, Limits(**{name: limit}))
    assert isinstance(error, UnsafeError)
    assert f"the limit is {limit} (raise it with Limits({name}=...))" in str(error)
    assert survive(data) is not None


def test_an_element_made_of_json_takes_more_steps_than_one_of_xml() -> None:
    """It is made, and then read."""
    count, limits = 200, Limits(max_work=450)
    header = {"Verb": "created", "Noun": "X"}
    wide_json = json.dumps({"EventMessage": {"Header": header, "Payload": {"X": {"a": ["1"] * count}}}})

    assert survive(wide("<a/>" * count), limits) is not None
    assert "max_work" in str(refused(wide_json, limits))
    assert survive(wide_json, Limits(max_work=750)) is not None


def test_a_longer_document_may_take_more_steps() -> None:
    data = wide("<a/>" * 200 + "x" * (4 << 20))

    assert survive(data, Limits(max_work=100)) is not None


def test_notes_of_long_names_are_short() -> None:
    read = survive(message(events()).replace("<EndDeviceEvent>", "<EndDeviceEvent>" + f"<{'n' * 900}/>" * 50))

    assert read is not None
    assert all(len(note.path) + len(note.text) < 1_000 for note in read.notes)


def test_names_of_large_documents_do_not_stay() -> None:
    before = len(threading.enumerate())
    large = message("".join(f"<a{number}/>" for number in range(20_000)))

    assert survive(large) is not None
    assert len(threading.enumerate()) == before
    assert isinstance(refused(large.replace("<Payload>", "<Payload><")), cimbus.DecodeError)
