"""Reading types made of parts: by number, by CIM literal, by word, and by a unit with its prefix."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.codes import Ratio, ReadingTypeCode
from cimbus.codes import reading_tables as tables
from cimbus.codes.reading_names import LITERALS, MULTIPLIERS

LISTED = [(name, number) for name, table in LITERALS.items() for number in table]


def test_parts_may_be_literals_words_or_numbers():
    literals = ReadingTypeCode(
        measuringPeriod="fifteenMinute",
        accumulation="deltaData",
        flowDirection="forward",
        commodity="electricitySecondaryMetered",
        measurementKind="energy",
        multiplier="k",
        unit="Wh",
    )
    words = ReadingTypeCode(
        measuringPeriod="15 min",
        accumulation="change over the interval",
        flowDirection="forward (to the customer)",
        commodity="electricity",
        measurementKind="energy",
        unit="kWh",
    )

    assert literals == words == "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0"


@pytest.mark.parametrize(("name", "number"), LISTED, ids=lambda value: str(value))
def test_each_literal_stands_for_its_number(name, number):
    assert getattr(ReadingTypeCode(**{name: LITERALS[name][number]}), name) == number


@pytest.mark.parametrize("name", LITERALS)
def test_a_literal_is_of_one_number_and_the_tables_have_the_same_numbers(name):
    assert len(set(LITERALS[name].values())) == len(LITERALS[name])
    assert LITERALS[name].keys() == tables.BY_PART[name].keys()


def test_the_powers_of_ten_are_those_that_have_a_prefix():
    assert MULTIPLIERS.keys() == tables.PREFIX.keys()


@pytest.mark.parametrize(
    ("unit", "number", "multiplier"),
    [("kWh", 72, 3), ("MWh", 72, 6), ("m", 2, 0), ("mV", 29, -3), ("dam", 2, 1), ("min", 159, 0), ("m3", 42, 0)],
)
def test_a_unit_may_have_its_prefix(unit, number, multiplier):
    code = ReadingTypeCode(unit=unit)

    assert (code.unit, code.multiplier, code.symbol) == (number, multiplier, unit)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"flowDirection": "forwrd"}, "such as 'forward'"),
        ({"unit": "km3"}, "'km3' is no unit"),
        ({"unit": "kWh", "multiplier": 3}, "leave multiplier out"),
        ({"multiplier": "kilo"}, "is no multiplier"),
        ({"tou": "1"}, "is no tou"),
        ({"unit": None}, "nine digits"),
    ],
)
def test_a_name_that_stands_for_nothing_is_refused_with_names_that_do(parts, said):
    with pytest.raises(ValueError, match=said):
        ReadingTypeCode(**parts)


def test_a_part_that_there_is_not_is_refused():
    with pytest.raises(TypeError, match="no part 'kind'"):
        ReadingTypeCode(kind="energy")
    with pytest.raises(ValueError, match="of a text or of parts"):
        ReadingTypeCode(".".join("0" * 18), unit=72)


def test_other_parts_make_another_code():
    code = ReadingTypeCode("0.0.2.4.1.1.12.3.4.5.6.7.8.9.0.3.72.0")

    assert code.with_parts(flowDirection="reverse") == "0.0.2.4.19.1.12.3.4.5.6.7.8.9.0.3.72.0"
    assert code.with_parts(unit="Wh").multiplier == 0
    assert code.with_parts(unit=72).multiplier == 3
    assert code.with_parts(argument=Ratio(1, 2)).argument == Ratio(1, 2)


LONG = st.text("0123456789", min_size=1, max_size=60).map(Decimal)
VALUES = st.decimals(allow_nan=False, allow_infinity=False) | LONG


@given(VALUES, st.integers(-30, 30))
def test_a_multiplier_is_applied_and_taken_out_again_without_rounding(value, multiplier):
    code = ReadingTypeCode(multiplier=multiplier, unit=72)

    assert code.unapply(code.apply(value)) == value
    assert code.apply(value).as_tuple().digits == value.as_tuple().digits


def test_values_that_are_no_numbers_stay_so():
    code = ReadingTypeCode(unit="kWh")

    assert code.apply(Decimal("NaN")).is_nan()
    assert code.apply(Decimal("Infinity")) == Decimal("Infinity")
