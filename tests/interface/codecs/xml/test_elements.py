"""Elements from XML and back: prefixes, mixed content, and what XML cannot hold."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import Message, UnsafeError, XmlElement
from interface.codecs.codec_samples import message

TREE = XmlElement(
    "Widgets",
    "urn:w",
    children=[
        XmlElement(
            "Widget", "urn:w", children=[XmlElement("n", "urn:w", text="1"), XmlElement("m", "urn:x", text="a")]
        ),
        XmlElement("Widget", "urn:w", children=[XmlElement("n", "urn:w", text="2")]),
    ],
)


def test_a_prefix_that_a_text_needs_is_kept():
    document = cimbus.encode(Message.of(TREE)).replace(
        b">1<", b' xmlns:q="urn:q" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="q:T">q:1<'
    )

    read = cimbus.decode(document)
    for data in (cimbus.encode(read), cimbus.encode(cimbus.decode(cimbus.encode(read, "json")))):
        assert b'xmlns:q="urn:q"' in data
        assert cimbus.decode(data).payload.find("Widget/n").attributes == {
            "{http://www.w3.org/2001/XMLSchema-instance}type": "q:T"
        }


def test_mixed_content_keeps_its_spaces_and_indentation_is_dropped():
    mixed = b"<X xmlns='u'>one <b>two</b> three\n</X>"
    indented = b"<X xmlns='u'>\n  <b>two</b>\n</X>"
    frame = cimbus.encode(Message.of(XmlElement("X", "u", text="#"))).replace(b'<ns0:X xmlns:ns0="u">#</ns0:X>', b"%s")

    read = cimbus.decode(frame.replace(b"%s", mixed)).payload
    assert (read.text, read.children[0].tail) == ("one ", " three\n")
    assert cimbus.decode(cimbus.encode(Message.of(read))).payload == read
    read = cimbus.decode(frame.replace(b"%s", indented)).payload
    assert (read.text, read.children[0].tail) == ("", "")


@pytest.mark.parametrize(
    "wrong",
    [
        XmlElement("a b", "u"),
        XmlElement("", "u"),
        XmlElement("a", "not a uri"),
        XmlElement("a", "u", text="\x00"),
        XmlElement("a", "u", attributes={"x y": "1"}),
        XmlElement("a", "u", children=[XmlElement("<", "u")]),
    ],
    ids=range(6),
)
def test_what_xml_cannot_hold_is_refused_when_it_is_written(wrong):
    with pytest.raises(cimbus.EncodeError):
        cimbus.encode(Message.of(wrong, noun="X"))


def test_many_prefixes_in_one_scope_are_refused_before_they_cost_anything():
    declared = " ".join(f'xmlns:p{i}="u:{i}"' for i in range(2_000))
    read = cimbus.decode(message(f'<X xmlns="u" {declared}>{"<a/>" * 50_000}</X>'))

    with pytest.raises(UnsafeError, match="prefixes"):
        _ = read.payload
