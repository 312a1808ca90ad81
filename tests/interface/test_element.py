"""Elements: content that no class describes."""

from __future__ import annotations

import pytest

from cimbus import XmlElement

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
        XmlElement("b", "u", text="t"),
        XmlElement("a", "v", text="t"),
        XmlElement("a", "u", text="x"),
        XmlElement("a", "u", text="t", tail="x"),
        XmlElement("a", "u", text="t", attributes={"x": "1"}),
        XmlElement("a", "u", text="t", children=[XmlElement("c")]),
    ],
)
def test_two_are_equal_when_all_but_their_prefixes_is(other):
    one = XmlElement("a", "u", text="t")

    assert one != other
    assert one == XmlElement("a", "u", text="t", prefixes={"p": "u"})
    assert one != "a"


def test_an_element_cannot_be_hashed_and_shows_what_it_is():
    with pytest.raises(TypeError):
        hash(TREE)
    assert repr(TREE) == "<Element Widgets in 'urn:w', 2 children, text ''>"
