"""Octets that are returned untouched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.correlation_data import correlation_of, read_data, write_data


@given(st.binary(max_size=64))
def test_octets_come_back_exactly(data):
    text = write_data(data)

    assert read_data(text) == data
    assert text.isascii()
    assert text.isprintable()


def test_what_can_be_read_stays_readable():
    assert write_data(b"ID:host-1:2:3") == "ID:host-1:2:3"


@pytest.mark.parametrize(
    ("properties", "carried"),
    [
        ({"CorrelationData": "%00", "CorrelationID": "c"}, b"\0"),
        ({"CorrelationData": ""}, b""),
        ({"CorrelationID": "c", "MessageID": "m"}, b"c"),
        ({"MessageID": "m", "ReplyAddress": "topic:r"}, b"m"),
        ({"MessageID": "m"}, b""),
        ({"CorrelationID": "ü\ud800"}, b"\xc3\xbc\xed\xa0\x80"),
    ],
)
def test_what_a_message_carries(properties, carried):
    assert correlation_of(properties) == carried
