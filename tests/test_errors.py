"""Errors: their texts, and which class a reply code makes."""

from __future__ import annotations

import pytest

from cimbus import DecodeError, NotAuthorizedError, ReplyError, RequestFailedError, RequestRefusedError
from cimbus.codes.reply_error import CATEGORIES, REPLY_ERROR_LABELS, ReplyErrorCode


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("1.8", RequestRefusedError),
        ("2.4", RequestRefusedError),
        ("3.1", RequestRefusedError),
        ("6.5", RequestRefusedError),
        ("4.1", RequestFailedError),
        ("5.3", RequestFailedError),
        ("7.5", NotAuthorizedError),
        # categories that no table has: a part of a known one, or several known ones in a row
        ("12.1", ReplyError),
        ("23.4", ReplyError),
        ("36.1", ReplyError),
        ("45.2", ReplyError),
        ("1236.1", ReplyError),
        ("0.0", ReplyError),
        ("99.1", ReplyError),
        ("NA", ReplyError),
        (".4", ReplyError),
        ("", ReplyError),
    ],
)
def test_a_reply_code_makes_the_class_of_exactly_its_category(code, kind):
    assert type(ReplyError.of(code)) is kind


def test_every_category_that_is_an_error_has_one_class():
    kinds = [RequestRefusedError, RequestFailedError, NotAuthorizedError]

    assert sorted(category for kind in kinds for category in kind.categories) == sorted(
        str(category) for category in CATEGORIES if category != 0
    )
    for code in REPLY_ERROR_LABELS:
        assert (type(ReplyError.of(code)) is ReplyError) is ReplyErrorCode.parse(code).ok


def test_a_reply_error_keeps_what_came():
    error = ReplyError.of("2.4", "no meter", errors=["e"], message="m")

    assert (error.code, error.reason, error.errors, error.message) == ("2.4", "no meter", ("e",), "m")
    assert str(error) == "2.4 no meter"
    assert str(ReplyError()) == "the request failed, no reason given"


def test_a_decode_error_says_where():
    assert str(DecodeError("wrong")) == "wrong"
    assert str(DecodeError("wrong", path="A/B", line=3)) == "wrong at A/B (line 3)"
