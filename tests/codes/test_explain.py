"""Any code in words: which list it is of, and what each number means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.codes import CodeKind, explain


@pytest.mark.parametrize(
    ("text", "kind", "description"),
    [
        ("0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0", "reading-type", "energy, electricity, forward"),
        ("3.12.0.257", "event", "tamper attempt"),
        ("2.31.0.18", "event", "connect a distributed energy resource"),
        ("1.2.32", "quality", "power failed, end device"),
        ("2.4", "reply-error", "invalid meter"),
        ("B2B-003", "reply-error", "code B2B-003"),
    ],
)
def test_the_list_is_found_by_the_form(text, kind, description):
    found = explain(text)

    assert (found.code, found.kind) == (text, kind)
    assert found.description.startswith(description)


def test_the_list_may_be_said():
    assert explain("3.31.0.23", "control").description == "disconnect the service"
    assert explain("2.8.0", CodeKind.reply_error).description == "code 2.8.0"
    with pytest.raises(ValueError, match="ReadingType"):
        explain("3.31.0.23", "reading-type")
    with pytest.raises(ValueError, match="'tariff' is not a valid CodeKind"):
        explain("3.31.0.23", "tariff")


@pytest.mark.parametrize("text", ["", "1", "1.2.3.4.5", "two words", "1.2.3.4.5.6"])
def test_what_has_the_form_of_no_code_is_refused_with_the_forms(text):
    with pytest.raises(ValueError, match=r"18 integers .* 4, a quality 3, a reply error 2"):
        explain(text)


def test_each_number_has_its_meaning():
    found = explain("0.0.2.9.15.2.164.0.0.0.0.0.0.0.0.3.73.0")
    parts = {part.name: (part.number, part.meaning) for part in found.parts}

    assert len(parts) == 18
    assert parts["measuringPeriod"] == (2, "15 min")
    assert parts["measurementKind"] == (164, "")
    assert parts["multiplier"] == (3, "k")
    assert found.unknown == ("measurementKind",)


@given(st.text(max_size=60) | st.lists(st.integers(0, 300), max_size=20).map(lambda n: ".".join(map(str, n))))
def test_a_text_is_explained_or_refused(text):
    try:
        found = explain(text)
    except ValueError:
        return

    assert explain(found.code, found.kind) == found
    assert found.description
