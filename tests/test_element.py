"""Elements: content that no class describes."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import Element, Message

TREE = Element(
    "Widgets",
    "urn:w",
    children=[
        Element("Widget", "urn:w", children=[Element("n", "urn:w", text="1"), Element("m", "urn:x", text="a")]),
        Element("Widget", "urn:w", children=[Element("n", "urn:w", text="2")]),
    ],
)


def test_elements_are_found_by_a_path_of_local_names():
    assert [found.text for found in TREE.findall("Widget/n")] == ["1", "2"]
    assert TREE.find("Widget/m").namespace == "urn:x"
    assert TREE.find("Widget/none") is None
    assert TREE.findall("None") == []


def test_the_value_is_the_text_of_the_first():
    assert TREE.value("Widget/n") == "1"
    assert TREE.value("Widget/none") == ""
    assert TREE.value("Widget/none", "?") == "?"


def test_iteration_is_in_document_order():
    assert [each.name for each in TREE.iter()] == ["Widgets", "Widget", "n", "m", "Widget", "n"]


@pytest.mark.parametrize(
    "other",
    [
        Element("b", "u", text="t"),
        Element("a", "v", text="t"),
        Element("a", "u", text="x"),
        Element("a", "u", text="t", tail="x"),
        Element("a", "u", text="t", attributes={"x": "1"}),
        Element("a", "u", text="t", children=[Element("c")]),
    ],
)
def test_two_are_equal_when_all_but_their_prefixes_is(other):
    one = Element("a", "u", text="t")

    assert one != other
    assert one == Element("a", "u", text="t", prefixes={"p": "u"})
    assert one != "a"


def test_an_element_cannot_be_hashed_and_shows_what_it_is():
    with pytest.raises(TypeError):
        hash(TREE)
    assert repr(TREE) == "<Element Widgets in 'urn:w', 2 children, text ''>"


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
    frame = cimbus.encode(Message.of(Element("X", "u", text="#"))).replace(b'<ns0:X xmlns:ns0="u">#</ns0:X>', b"%s")

    read = cimbus.decode(frame.replace(b"%s", mixed)).payload
    assert (read.text, read.children[0].tail) == ("one ", " three\n")
    assert cimbus.decode(cimbus.encode(Message.of(read))).payload == read
    read = cimbus.decode(frame.replace(b"%s", indented)).payload
    assert (read.text, read.children[0].tail) == ("", "")


@pytest.mark.parametrize(
    "wrong",
    [
        Element("a b", "u"),
        Element("", "u"),
        Element("a", "not a uri"),
        Element("a", "u", text="\x00"),
        Element("a", "u", attributes={"x y": "1"}),
        Element("a", "u", children=[Element("<", "u")]),
    ],
    ids=range(6),
)
def test_what_xml_cannot_hold_is_refused_when_it_is_written(wrong):
    with pytest.raises(cimbus.EncodeError):
        cimbus.encode(Message.of(wrong, noun="X"))
