"""Names with few characters: no two texts become the same name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.middleware.net import escaped

texts = st.text(st.characters(exclude_categories=("Cs",)))


@given(texts, texts)
def test_no_two_texts_become_one(one, two):
    if one != two:
        assert escaped(one) != escaped(two)
        assert escaped(one, "%", "._") != escaped(two, "%", "._")


@given(st.text())
def test_only_legal_characters_are_left(text):
    assert re.fullmatch("[A-Za-z0-9_]*", escaped(text))
    assert re.fullmatch("[A-Za-z0-9%._]*", escaped(text, "%", "._"))


def test_half_a_character():
    assert escaped("a\ud800") == "a_3F"
    with pytest.raises(ValueError):
        escaped("a\ud800", errors="strict")
