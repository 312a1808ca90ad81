"""Event and control codes: four integers, said in words by a table that a user may replace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.codes import EVENT_LABELS, EndDeviceEventCode

NUMBER = st.one_of(st.integers(0, 300), st.integers(-(10**9) + 1, 10**9 - 1))
NOISY = st.sampled_from(["0", "7", "-3", "007", "-0", "+1", " 1", "", "1e3", "0x1", "\u0663", "1234567890"])


@given(st.lists(NUMBER, min_size=4, max_size=4))
def test_any_four_integers_are_parsed_formatted_and_described(numbers):
    text = ".".join(map(str, numbers))

    code = EndDeviceEventCode.parse(text)

    assert text == str(code)
    assert numbers == [code.type, code.domain, code.subDomain, code.eventOrAction]
    assert code.describe()


@given(st.text() | st.text("0123456789.-+ \n", max_size=60) | st.lists(NOISY, max_size=20).map(".".join))
def test_a_text_is_either_a_code_or_refused_as_none(text):
    try:
        code = EndDeviceEventCode.parse(text)
    except ValueError:
        return

    assert text.count(".") == 3
    assert code == EndDeviceEventCode.parse(str(code))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3.12.0.257", "tamper attempt"),
        ("3.33.1.257", "tamper attempt"),
        ("3.26.0.47", "power down"),
        ("3.26.136.47", "last gasp: communication card lost power"),
        ("2.31.0.18", "connect a distributed energy resource"),
        ("3.31.0.23", "disconnect the service"),
        ("3.26.5.150", "electric meter, power, subDomain 5, low (inferred)"),
        ("9.99.1.7", "type 9, domain 99, subDomain 1, eventOrAction 7"),
    ],
)
def test_a_code_is_said_in_words(text, words):
    assert words == EndDeviceEventCode.parse(text).describe()


def test_a_user_may_extend_or_replace_the_table():
    code = EndDeviceEventCode.parse("3.26.9.1")

    assert code.describe({**EVENT_LABELS, "3.26.9.1": "phase lost"}) == "phase lost"
    assert EndDeviceEventCode.parse("3.26.0.47").describe({}) == "electric meter, power, lost or down (inferred)"


@pytest.mark.parametrize("text", EVENT_LABELS)
def test_every_listed_code_is_one(text):
    assert text == str(EndDeviceEventCode.parse(text))


@pytest.mark.parametrize("text", ["", "3.26.0", "3.26.0.47.1", "3.26..47", "3,26,0,47", "a.b.c.d", "1" * 100_000])
def test_what_is_no_code_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"such as 3\.26\.0\.47"):
        EndDeviceEventCode.parse(text)


def test_a_code_that_could_not_be_parsed_again_cannot_be_made():
    with pytest.raises(ValueError, match="nine digits"):
        EndDeviceEventCode(type=3, domain=26, subDomain=0, eventOrAction="47")
