"""``cimbus explain``: codes in words."""

from __future__ import annotations

import json

KWH = "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"


def test_a_code_is_said_in_words_with_its_parts(cimbus):
    code, out, err = cimbus("explain", KWH)

    assert (code, err) == (0, "")
    assert out.startswith(f"{KWH}: energy, electricity")
    assert "unit\t72\tWh" in out


def test_the_list_may_be_said_and_what_is_in_none_is_named(cimbus):
    code, out, err = cimbus("explain", "3.31.0.99", "--kind", "control")

    assert code == 0
    assert "(control)" in out
    assert "in no list of cimbus: eventOrAction" in err


def test_json_is_an_object_a_code(cimbus):
    code, out, _ = cimbus("explain", KWH, "2.8.0", "--json")
    first, second = map(json.loads, out.splitlines())

    assert code == 0
    assert (first["kind"], first["unit"], first["parts"]["tou"]) == (
        "reading-type",
        "kWh",
        {"number": 0, "meaning": ""},
    )
    assert (second["kind"], second["description"]) == ("quality", "estimated, metering network")


def test_what_is_no_code_fails_and_the_others_are_explained(cimbus):
    code, out, err = cimbus("explain", "1.2.3.4.5", "2.4")

    assert code == 1
    assert "2.4: invalid meter" in out
    assert err.startswith("cimbus: '1.2.3.4.5' has the form of no code")
