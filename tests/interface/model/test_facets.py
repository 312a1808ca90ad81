"""Values that facets allow and refuse."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cimbus.interface.model import Facets, SimpleType, facets, simple_type


@pytest.mark.parametrize(
    ("declared", "value", "refusal"),
    [
        (Facets(pattern="[a-c]+"), "abc", ""),
        (Facets(pattern="[a-c]+"), "abcd", "does not match"),  # the whole text
        (Facets(min_length=2), "a", "fewer than 2"),
        (Facets(max_length=2), "abc", "more than 2 characters"),
        (Facets(max_length=2), "ab", ""),
        (Facets(fixed="A"), "B", "the only value"),
        (Facets(ge="0.1"), Decimal("0.1"), ""),
        (Facets(ge="0.1"), Decimal("0.09"), "less than 0.1"),
        (Facets(gt="0"), 0, "not more than 0"),
        (Facets(lt="10"), 10, "not less than 10"),
        (Facets(le="10"), 11, "more than 10"),
        (Facets(le="10"), Decimal("NaN"), "in no range"),
        (Facets(le="10"), Decimal("Infinity"), "more than 10"),
        (Facets(fraction_digits=2), Decimal("1.500"), ""),  # trailing zeros are no digits of the value
        (Facets(fraction_digits=2), Decimal("1.501"), "behind the point"),
        (Facets(fraction_digits=2), Decimal("12345678901234567890123456789.123"), "behind the point"),
        (Facets(total_digits=5), Decimal("1E+9999999"), "more than 5 digits"),
        (Facets(total_digits=3), Decimal(1000), "more than 3 digits"),
        (Facets(total_digits=3), Decimal("0.001"), ""),
        (Facets(total_digits=3), Decimal("99.9"), ""),
        (Facets(le="1"), True, ""),
        (Facets(any_of=(simple_type("integer", le=9), simple_type("string", "no"))), "9", ""),
        (Facets(any_of=(simple_type("integer", le=9), simple_type("string", "no"))), "no", ""),
        (Facets(any_of=(simple_type("integer", le=9), simple_type("string", "no"))), "10", "of none of the types"),
        (Facets(any_of=(simple_type("integer", le=1), simple_type("integer", "7"))), 7, ""),
        (Facets(any_of=(simple_type("integer", le=1), simple_type("integer", "7"))), 8, "of none of the types"),
        (Facets(items=SimpleType(kind="date")), " 2026-03-01\n2026-03-02 ", ""),
        (Facets(items=SimpleType(kind="date")), "2026-03-01 tomorrow", "'tomorrow' is no value of date"),
        (Facets(items=SimpleType(kind="date"), max_length=1), "2026-03-01 2026-03-02", "more than 1 items"),
        (Facets(items=simple_type(any_of=(SimpleType(kind="date"), simple_type("string", "no")))), "2026-03-01 no", ""),
    ],
)
def test_a_value_is_allowed_or_refused_with_the_reason(declared, value, refusal):
    found = declared.refusal(value)

    assert refusal in found
    assert bool(refusal) == bool(found)


def test_a_long_text_is_not_repeated_whole():
    assert len(Facets(max_length=5).refusal("x" * 10_000)) < 100


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"pattern": "["}, "no regular expression"),
        ({"ge": "many"}, "ge='many' is no number"),
        ({"min_length": -1}, "not negative"),
        ({"min_length": 3, "max_length": 2}, "in order"),
    ],
)
def test_facets_that_mean_nothing_are_refused(wrong, match):
    with pytest.raises(ValueError, match=match):
        facets(**wrong)


def test_a_default_is_kept_in_its_lexical_form():
    assert facets(default=True).extra["facets"].default == "true"
    assert facets(default=Decimal("1.50")).extra["facets"].default == "1.50"
