"""Reply error codes: text first, category and number where it is that kind of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus import codes
from cimbus.codes import REPLY_ERROR_LABELS, ReplyErrorCode


@given(st.text())
def test_any_text_is_a_code_and_formats_back(text):
    code = ReplyErrorCode.parse(text)

    assert text.strip() == str(code)
    assert (code.category is None) == (code.number is None)
    assert code.describe()


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1))
def test_category_and_number_are_parsed_and_formatted(category, number):
    code = ReplyErrorCode.of(category, number)

    assert code == ReplyErrorCode.parse(f" {category}.{number} ")
    assert (category, number) == (code.category, code.number)
    assert code.ok == (category == 0)


@pytest.mark.parametrize(
    ("text", "category", "number", "words"),
    [
        ("0.0", 0, 0, "no error"),
        ("0.3", 0, 3, "acknowledged"),
        ("2.4", 2, 4, "invalid meter"),
        ("2.10", 2, 10, "reading type not supported"),
        ("6.1", 6, 1, "cancelled by a business rule"),
        ("2.1", 2, 1, "invalid parameter (code 2.1)"),
        ("99.1", 99, 1, "code 99.1"),
        ("NA", None, None, "code NA"),
        ("B2B-003", None, None, "code B2B-003"),
        ("0", None, None, "code 0"),
        ("-1.2", None, None, "code -1.2"),
        ("", None, None, "code missing"),
    ],
)
def test_codes_seen_in_public_are_told_apart_and_said_in_words(text, category, number, words):
    code = ReplyErrorCode.parse(text)

    assert (category, number) == (code.category, code.number)
    assert words == code.describe()


def test_a_code_of_another_form_is_never_ok():
    assert not ReplyErrorCode.parse("OK").ok


def test_a_user_may_add_a_catalogue_of_any_form():
    labels = {**REPLY_ERROR_LABELS, "B2B-003": "market party unknown"}

    assert ReplyErrorCode.parse("B2B-003").describe(labels) == "market party unknown"


@pytest.mark.parametrize("text", REPLY_ERROR_LABELS)
def test_every_listed_code_is_of_a_known_category(text):
    code = ReplyErrorCode.parse(text)

    assert code.category in range(8)
    assert text == str(ReplyErrorCode.of(code.category, code.number))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (codes.NO_ERROR, "no error"),
        (codes.MORE_FOLLOW, "more messages follow"),
        (codes.NO_MORE, "no more messages follow"),
        (codes.ACKNOWLEDGED, "acknowledged"),
        (codes.NOT_READABLE, "not valid against the schema"),
        (codes.ATTEMPTED_AND_FAILED, "attempted and failed"),
    ],
)
def test_the_codes_that_cimbus_sends_are_in_the_table(code, words):
    assert codes.REPLY_ERROR_LABELS[code].endswith(words)
