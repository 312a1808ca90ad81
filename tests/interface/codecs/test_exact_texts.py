"""Texts that are read without an expression are those of the lexical space, and mean the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from cimbus.interface.codecs.exact_texts import exact_date_time, exact_decimal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00.250000+01:00", datetime(2026, 3, 1, 12, 0, 0, 250_000, timezone(timedelta(hours=1)))),
        ("2026-03-01T12:00:00-14:00", datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=-14)))),
    ],
)
def test_times_as_cimbus_writes_them(text, value):
    assert exact_date_time(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01 12:00:00Z", "2026-03-01T24:00:00Z",
        "20260301T120000Z",
        "2026-W09-7T12:00:00Z", "2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00+15:00",
        "2026-03-01T12:00:00.1234567Z",
        "2026-03-01T12:00:00.5Z", " 2026-03-01T12:00:00Z", "\u0662\u0660\u0662\u0666-03-01T12:00:00Z",
    ],
)  # fmt: skip
def test_other_times_are_left(text):
    assert exact_date_time(text) is None


@pytest.mark.parametrize("text", ["0", "1.50", "-7", "-0", "0.001", "123456789012345678901234567890.5"])
def test_numbers_as_cimbus_writes_them(text):
    assert str(exact_decimal(text)) == text
    assert re.fullmatch(r"-?\d+(\.\d+)?", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "+1",
        "1.",
        ".5",
        "1_0",
        " 1",
        "1E+3",
        "1e3",
        "0E-7",
        "NaN",
        "NaN12",
        "sNaN",
        "Infinity",
        "-Infinity",
        "\u0661",
    ],
)
def test_other_numbers_are_left(text):
    assert exact_decimal(text) is None


def test_a_number_keeps_its_digits():
    assert exact_decimal("1.500").as_tuple() == Decimal("1.500").as_tuple()
