"""What is noted with a committed position, and what it says of where a group begins."""

from __future__ import annotations

import pytest

from cimbus.topic import Pattern
from cimbus_kafka.driver import Committed, Partition
from cimbus_kafka.founding import beginning, begun
from cimbus_kafka.note import Note, digest_of, read_note

HERE = Partition("topic", 0)


def test_a_note_comes_back():
    note = Note(12, "tag", "digest")
    assert read_note(note.write()) == note


@pytest.mark.parametrize("text", ["", None, "something of others", "1/2", "x/y/z", "-1/a/b", "1/2/3/4"])
def test_what_others_noted_says_nothing(text):
    assert read_note(text) == Note()


def test_patterns_are_the_same_in_any_order():
    one, two = Pattern(noun="A"), Pattern(noun="A", key="")
    assert digest_of([one, two]) == digest_of([two, one, two])
    assert digest_of([one]) != digest_of([two])


def test_a_group_has_begun_where_a_position_says_so():
    assert begun({HERE: Committed(0, "0//abc")}, "abc")
    assert not begun({HERE: Committed(0, "0//abc")}, "other")
    assert not begun({HERE: Committed(-1, "0//abc")}, "abc")
    assert not begun({HERE: Committed(7, "")}, "abc")
    assert not begun({}, "abc")


def test_a_partition_begins_at_its_end_or_where_it_was():
    assert beginning(None, 10, "abc") == (10, "0//abc")
    assert beginning(Committed(-1, ""), 10, "abc") == (10, "0//abc")
    assert beginning(Committed(3, "5/x/old"), 10, "abc") == (3, "5//abc")
