"""Texts as Java writes them, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.net import from_modified, to_modified

WITHOUT_NUL = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))


@given(WITHOUT_NUL)
def test_there_and_back(text):
    octets = text.encode()
    modified = to_modified(octets)

    assert from_modified(modified) == octets
    assert not any(octet >= 0xF0 for octet in modified)  # none of four octets is left


@given(WITHOUT_NUL)
def test_what_is_utf8_already_stays(text):
    assert from_modified(text.encode()) == text.encode()


@pytest.mark.parametrize(
    ("text", "java"),
    [("😀", b"\xed\xa0\xbd\xed\xb8\x80"), ("ü電", "ü電".encode()), ("plain", b"plain")],
)
def test_as_java_writes_it(text, java):
    assert to_modified(text.encode()) == java


def test_nul_is_read():
    assert from_modified(b"a\xc0\x80\xc3\xbc") == "a\0ü".encode()


@given(st.binary())
def test_octets_that_are_no_text_break_nothing(data):
    assert isinstance(from_modified(to_modified(data)), bytes)
