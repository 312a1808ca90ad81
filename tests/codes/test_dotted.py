"""Integers joined by dots: what is accepted formats back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.codes.dotted import LIMIT, check, integers, word


@given(st.lists(st.integers(1 - LIMIT, LIMIT - 1), min_size=1, max_size=20))
def test_numbers_that_pass_the_check_are_read_back(numbers):
    check(numbers, "test")

    assert integers(".".join(map(str, numbers)), len(numbers), "test", "1.2") == numbers


@pytest.mark.parametrize("text", ["", "1", "1.2.3", "1.", ".1", "1.a", "1. 2", "1.1234567890", "1.--2", "1.٢"])
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"is no test code, which is 2 integers joined by dots such as 1\.2"):
        integers(text, 2, "test", "1.2")


def test_a_long_text_is_shown_in_part():
    with pytest.raises(ValueError) as caught:
        integers("x" * 10_000, 2, "test", "1.2")

    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("wrong", [True, 1.0, "1", None, LIMIT, -LIMIT])
def test_a_part_that_could_not_be_read_again_is_refused(wrong):
    with pytest.raises(ValueError, match="test code"):
        check([1, wrong], "test")


def test_a_number_without_a_word_is_named():
    assert (word({1: "one"}, "part", 1), word({1: "one"}, "part", 2)) == ("one", "part 2")
