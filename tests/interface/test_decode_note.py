"""A note says where and what."""

from __future__ import annotations

from cimbus import DecodeNote


def test_a_note_is_a_value_and_prints_as_one_line():
    note = DecodeNote("EventMessage/Header/Verb", "read as 'created'")

    assert str(note) == "EventMessage/Header/Verb: read as 'created'"
    assert note == DecodeNote("EventMessage/Header/Verb", "read as 'created'")
    assert len({note, DecodeNote("", "")}) == 2
