"""Tables of refusals."""

from __future__ import annotations

import pytest

from cimbus.middleware.net import Refusals


def test_a_row_decides_and_the_rest_is_as_the_table_says():
    lenient = Refusals(final={"section 1": (1,)}, passing={"section 2": (2,)}, unknown=False)
    strict = Refusals(final={"section 1": (1,)}, passing={"section 2": (2,)}, unknown=True)

    assert [lenient.final(code) for code in (1, 2, 3)] == [True, False, False]
    assert [strict.final(code) for code in (1, 2, 3)] == [True, False, True]
    assert lenient.rows == {1: (True, "section 1"), 2: (False, "section 2")}


def test_a_text_is_sorted_by_the_key_that_it_contains():
    texts = Refusals(final={"a": ("denied",)}, passing={"b": ("is full",)}, unknown=True)

    assert [texts.final_text(text) for text in ("it is full now", "access denied", "?")] == [False, True, True]


def test_a_key_is_in_one_table():
    with pytest.raises(ValueError, match="1 is in two rows"):
        Refusals(final={"a": (1,)}, passing={"b": (1,)}, unknown=True)
