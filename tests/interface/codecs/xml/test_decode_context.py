"""What lenient decoding notes, strict decoding refuses."""

from __future__ import annotations

import pytest
from lxml import etree

from cimbus import StrictError
from cimbus.interface.codecs.xml.areas import tolerated
from cimbus.interface.codecs.xml.decode_context import DecodeContext
from cimbus.interface.codecs.xml.notes import MAX_NOTES
from cimbus.interface.envelope import NAMESPACE

NODE = etree.fromstring("<a>\n<b/></a>")[0]


def test_notes_are_taken_once():
    context = DecodeContext()
    context.note(NODE, "one")
    context.note(NODE, "two", child="c")

    assert [str(note) for note in context.take_notes()] == ["a/b: one", "a/b/c: two"]
    assert context.take_notes() == ()


def test_what_holds_for_every_element_is_noted_once():
    context = DecodeContext()
    for _ in range(3):
        context.note_once(NODE, "urn:x", "another namespace")
    context.note_once(NODE, "urn:y", "another namespace")

    assert len(context.take_notes()) == 2


def test_notes_are_bounded():
    context = DecodeContext()
    for number in range(2 * MAX_NOTES):
        context.note(NODE, str(number))

    assert len(context.take_notes()) == MAX_NOTES


def test_strict_decoding_names_path_and_line():
    context = DecodeContext(strict=True)
    context.note(NODE, "wrong", child="c")
    context.note(NODE, "wrong, too")
    with pytest.raises(StrictError) as caught:
        context.check()

    assert (caught.value.reason, caught.value.path, caught.value.line) == ("wrong", "a/b/c", 2)
    assert [str(problem) for problem in caught.value.problems] == ["a/b/c: wrong", "a/b: wrong, too"]
    assert str(caught.value) == "wrong at a/b/c (line 2), and 1 more"


@pytest.mark.parametrize(
    ("uri", "parent", "answer"),
    [
        ("", "urn:x", True),
        ("urn:x", "urn:x", True),
        (NAMESPACE, "urn:x", True),
        ("http://iec.ch/TC57/2009/X#", "http://www.iec.ch/TC57/2011/X#", True),
        ("urn:y", "urn:x", False),
        ("urn:y", "http://iec.ch/TC57/2011/X#", False),
    ],
)
def test_a_namespace_is_the_parents_own_or_not(uri, parent, answer):
    assert tolerated(uri, parent) is answer
