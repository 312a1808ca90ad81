"""Reading qualities: three integers, who says what of a reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.codes import QUALITY_LABELS, ReadingQualityCode

NUMBER = st.one_of(st.integers(0, 300), st.integers(-(10**9) + 1, 10**9 - 1))
NOISY = st.sampled_from(["0", "7", "-3", "007", "-0", "+1", " 1", "", "1e3", "0x1", "\u0663", "1234567890"])


@given(st.lists(NUMBER, min_size=3, max_size=3))
def test_any_three_integers_are_parsed_formatted_and_described(numbers):
    text = ".".join(map(str, numbers))

    code = ReadingQualityCode.parse(text)

    assert text == str(code)
    assert numbers == [code.systemId, code.category, code.subCategory]
    assert code.describe()


@given(st.text() | st.text("0123456789.-+ \n", max_size=60) | st.lists(NOISY, max_size=20).map(".".join))
def test_a_text_is_either_a_code_or_refused_as_none(text):
    try:
        code = ReadingQualityCode.parse(text)
    except ValueError:
        return

    assert text.count(".") == 2
    assert code == ReadingQualityCode.parse(str(code))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.0.0", "valid, end device"),
        ("2.5.259", "known to be missing, metering network"),
        ("2.8.0", "estimated, metering network"),
        ("2.7.0", "edited by hand, metering network"),
        ("1.2.32", "power failed, end device"),
        ("5.4.260", "data collection (subCategory 260), system given elsewhere"),
        ("2.4.1001", "data collection (local subCategory 1001), metering network"),
        ("8.9.7", "category 9 (subCategory 7), system 8"),
    ],
)
def test_a_code_is_said_in_words(text, words):
    assert words == ReadingQualityCode.parse(text).describe()


def test_numbers_from_1000_up_are_the_senders_own():
    assert ReadingQualityCode.parse("2.4.1000").local
    assert not ReadingQualityCode.parse("2.4.999").local


def test_a_user_may_extend_the_table_by_category_or_by_whole_code():
    labels = {**QUALITY_LABELS, "4.1001": "modem replaced", "3.4.1001": "import repeated"}

    assert ReadingQualityCode.parse("2.4.1001").describe(labels) == "modem replaced, metering network"
    assert ReadingQualityCode.parse("3.4.1001").describe(labels) == "import repeated, meter data management"


@pytest.mark.parametrize("text", ["", "8", "2.8", "2.8.0.0", "good", "2.8.x", "9" * 100_000])
def test_what_is_no_code_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"such as 2\.8\.0"):
        ReadingQualityCode.parse(text)
