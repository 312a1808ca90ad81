"""Topics, properties and patterns as they are written in the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.sqlite.records import key_hash, name_of, read_frame, read_patterns, write_head, write_patterns

TEXT = st.text(st.characters() | st.characters(categories=["Cs"]))


@given(key=TEXT, properties=st.dictionaries(TEXT, TEXT), body=st.binary())
def test_records_hold_any_text(key, properties, body):
    whole = Frame(topic=Topic("c", "events", "N", "created", key), body=body, properties=properties)

    assert whole == read_frame(write_head(whole), body)


@given(st.lists(st.tuples(*[st.none() | TEXT] * 5)))
def test_records_hold_any_patterns(levels):
    patterns = tuple(Pattern(*five) for five in levels)

    assert patterns == read_patterns(write_patterns(patterns))


def test_ordinary_records_are_json():
    whole = Frame(topic=Topic("c", "events", "N", "created", "k"), body=b"", properties={"Verb": "created"})

    assert write_head(whole) == b'[["c","events","N","created","k"],{"Verb":"created"}]'


@given(TEXT, TEXT)
def test_keys_and_names_may_be_any_text(one, other):
    assert (key_hash(one) is None) == (not one)
    assert (name_of(one) == name_of(other)) == (one == other)


@pytest.mark.parametrize("text", ["queue:A.B", "half a pair \ud800"])
def test_a_literal_destination_comes_back(text):
    frame = Frame(topic=Topic("a", "events", "N", "created"), body=b"1", address=text, create=False)

    assert read_frame(write_head(frame), b"1") == frame
