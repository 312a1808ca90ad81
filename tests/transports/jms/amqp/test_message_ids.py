"""Identifiers of four types, as texts and back."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus_jms.amqp.message_ids import id_of_text, text_of_id, write_id
from cimbus_jms.amqp.values import read


@given(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.binary(), st.integers(0, 2**64 - 1), st.uuids()))
def test_each_comes_back_as_it_was(identity):
    assert id_of_text(text_of_id(identity)) == identity
    assert read(write_id(identity), 0)[0] == identity


@pytest.mark.parametrize("text", ["ID:AMQP_ULONG:42", "ID:AMQP_UUID:x", "ID:AMQP_", "ID:AMQP_STRING:"])
def test_a_string_that_looks_like_another_type_stays_a_string(text):
    assert id_of_text(text_of_id(text)) == text


def test_what_is_none():
    assert text_of_id(None) == text_of_id(True) == ""
    assert id_of_text("ID:AMQP_UUID:not one") == "ID:AMQP_UUID:not one"
    with pytest.raises(ValueError, match="64 bits"):
        write_id(1 << 64)
    assert id_of_text(f"ID:AMQP_UUID:{uuid.UUID(int=7)}") == uuid.UUID(int=7)
