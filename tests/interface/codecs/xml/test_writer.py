"""XML text from typed objects, extensions in their places."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import cimbus
from cimbus import EncodeError, XmlElement, nouns
from cimbus.interface.codecs.xml.writer import write_any, writer
from cimbus.interface.envelope import ID, Reply, Request, ResultKind
from cimbus.interface.model import FIRST, Extension, Extensions
from cimbus.nouns import EndDeviceEvent, MeterReadings, Name, NameType


def test_children_are_in_schema_order_and_absent_ones_left_out():
    name = Name(NameType=NameType(name="t", description="d"), name="n")

    assert writer(Name)(name, "Names") == (
        "<Names><name>n</name><NameType><description>d</description><name>t</name></NameType></Names>"
    )
    assert writer(MeterReadings)(MeterReadings(), "X") == "<X/>"


def test_attributes_and_text_of_one_element():
    assert writer(ID)(ID(value="a<b", kind='"', id_type="t"), "ID") == '<ID idType="t" kind="&quot;">a&lt;b</ID>'


def test_extensions_are_written_where_they_were():
    def extension(name: str, after: str = "") -> Extension:
        return Extension(element=XmlElement(name), after=after)

    reply = Reply(
        result=ResultKind.OK,
        ids=(ID(value="i"),),
        operation_id=7,
        extensions=Extensions(
            elements=(extension("first", FIRST), extension("result", "Result"), extension("wild"), extension("x", "y")),
            attributes={"a": "1", "{urn:q}b": "2", "Result@c": "3"},
        ),
    )
    text = writer(Reply)(reply, "Reply")

    order = ["<first", '<Result c="3">OK<', "<result", "<ID>i", "<wild", "<operationId>7", "<x"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert text.startswith('<Reply a="1" xmlns:')
    assert 'b="2"' in text


@pytest.mark.parametrize("key", ["", "a b", "{http://www.w3.org/2000/xmlns/}p", "{urn:q}", "1a", "a:b"])
def test_what_cannot_be_the_name_of_an_attribute_is_refused(key):
    name = Name(name="n", extensions=Extensions(attributes={key: "1"}))

    with pytest.raises(EncodeError, match="cannot be the name of an attribute"):
        writer(Name)(name, "Names")


def test_a_missing_mandatory_child_is_refused_by_name():
    with pytest.raises(EncodeError, match=r"EndDeviceEvent\.createdDateTime is mandatory"):
        writer(EndDeviceEvent)(EndDeviceEvent(createdDateTime=None, EndDeviceEventType=None), "EndDeviceEvent")


def test_what_is_no_noun_is_not_written():
    with pytest.raises(TypeError, match="is not a noun"):
        write_any(Name(name="n"))
    with pytest.raises(EncodeError, match="a b"):
        write_any(XmlElement("a b"))


@pytest.mark.parametrize("form", ["xml", "json"])
def test_vendor_attributes_of_one_namespace_declare_it_once(form):
    attributes = {
        "{urn:v}a": "1",
        "{urn:v}b": "2",
        "{urn:w}a": "3",
        "c": "4",
        "{http://www.w3.org/XML/1998/namespace}lang": "en",
    }
    leaf = {f"mRID@{name}": text for name, text in attributes.items()}
    event = nouns.EndDeviceEvent(
        mRID="e",
        createdDateTime=datetime(2026, 3, 1, tzinfo=UTC),
        EndDeviceEventType=nouns.Reference(ref="0.0.0.0"),
        extensions=Extensions(attributes=attributes | leaf),
    )
    message = cimbus.Message.of(nouns.EndDeviceEvents(EndDeviceEvent=[event]))

    data = cimbus.encode(message, form)
    assert data.count(b'="urn:v"') == (2 if form == "xml" else 0)
    assert cimbus.decode(data) == message


@pytest.mark.parametrize(
    "attributes",
    [
        {"mRID": "x"},
        {"a b": "1"},
        {"xmlns": "u"},
        {"{http://www.w3.org/2000/xmlns/}p": "u"},
        {"{not a uri}a": "1"},
        {"": "1"},
    ],
    ids=str,
)
def test_attributes_that_xml_cannot_have_are_refused(attributes):
    message = cimbus.Message.of(cimbus.XmlElement("x"), noun="X")
    reference = nouns.Reference(ref="1", extensions=Extensions(attributes=attributes | {"ref": "2"}))
    payload = nouns.EndDeviceEvents(
        EndDeviceEvent=[
            nouns.EndDeviceEvent(createdDateTime=datetime(2026, 3, 1, tzinfo=UTC), EndDeviceEventType=reference)
        ]
    )

    with pytest.raises(cimbus.EncodeError):
        cimbus.encode(cimbus.Message.of(payload))
    assert cimbus.encode(message)


def test_many_extensions_stand_in_their_order():
    elements = [cimbus.XmlElement(f"x{number}", "urn:x") for number in range(3_000)]
    header = cimbus.Header(verb="created", noun="X", extensions=Extensions.of(*elements, after="Noun"))

    for form in ("xml", "json"):
        read = cimbus.decode(cimbus.encode(cimbus.Message(header), form))
        assert [each.element.name for each in read.header.extensions.elements] == [f"x{i}" for i in range(3_000)]


def test_the_text_of_a_type_stands_before_its_extensions():
    extensions = Extensions.of(cimbus.XmlElement("x", "urn:x", text="5"), after="^")
    request = Request(ids=(ID(value="m", kind="name", extensions=extensions),))
    message = cimbus.Message.of(None, verb="get", noun="X", request=request)

    for form in ("xml", "json"):
        assert cimbus.decode(cimbus.encode(message, form)).request_area.ids[0].value == "m"
