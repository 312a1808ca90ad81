"""ReadingType codes: 18 integers, kept whatever they are, and said in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.codes import Ratio, ReadingTypeCode
from cimbus.codes import reading_tables as tables

NUMBER = st.one_of(st.integers(0, 200), st.integers(-(10**9) + 1, 10**9 - 1))
NOISY = st.sampled_from(["0", "7", "-3", "007", "-0", "+1", " 1", "", "1e3", "0x1", "\u0663", "1234567890"])
TABLES = [
    ("aggregate", tables.AGGREGATE),
    ("measuringPeriod", tables.MEASURING_PERIOD),
    ("accumulation", tables.ACCUMULATION),
    ("flowDirection", tables.FLOW_DIRECTION),
    ("commodity", tables.COMMODITY),
    ("measurementKind", tables.MEASUREMENT_KIND),
]


@given(st.lists(NUMBER, min_size=18, max_size=18))
def test_any_18_integers_are_parsed_formatted_and_described(numbers):
    text = ".".join(map(str, numbers))

    code = ReadingTypeCode.parse(text)

    assert text == str(code)
    assert tuple(numbers) == code.numbers
    assert code == ReadingTypeCode.parse(f"  {text}\n")
    assert code.describe()
    assert code.line_phases <= {"A", "B", "C", "N", "S1", "S2"}


@given(st.text() | st.text("0123456789.-+ \n", max_size=60) | st.lists(NOISY, max_size=20).map(".".join))
def test_a_text_is_either_a_code_or_refused_as_none(text):
    try:
        code = ReadingTypeCode.parse(text)
    except ValueError:
        return

    assert text.count(".") == 17
    assert code == ReadingTypeCode.parse(str(code))


@pytest.mark.parametrize(
    ("text", "words", "interval", "symbol"),
    [
        (
            "0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0",
            "energy, electricity, forward (to the customer), change over the interval, 15 min, kWh",
            900,
            "kWh",
        ),
        (
            "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0",
            "energy, electricity, forward (to the customer), running register total, kWh",
            None,
            "kWh",
        ),
        (
            "0.0.4.1.1.1.12.0.0.0.0.1.0.0.0.0.72.0",
            "energy, electricity, forward (to the customer), running register total, 24 h, time of use 1, Wh",
            86400,
            "Wh",
        ),
        (
            "0.26.0.1.1.1.12.0.0.0.0.0.0.0.224.3.72.0",
            "sum, energy, electricity, forward (to the customer), running register total, phases ABC, kWh",
            None,
            "kWh",
        ),
        (  # a kind that our tables do not have
            "0.0.2.9.15.2.164.0.0.0.0.0.0.0.0.3.73.0",
            (
                "measurementKind 164, electricity scaled to the primary side, Q1, "
                "total of selected time bands, 15 min, kvarh"
            ),
            900,
            "kvarh",
        ),
        (".".join("0" * 18), "not specified", None, ""),
    ],
)
def test_codes_seen_in_public_are_said_in_words(text, words, interval, symbol):
    code = ReadingTypeCode.parse(text)

    assert words == code.describe()
    assert interval == code.interval
    assert symbol == code.symbol


def test_fields_have_the_cim_names_in_code_order():
    code = ReadingTypeCode.parse("1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18")

    assert code == ReadingTypeCode(
        macroPeriod=1,
        aggregate=2,
        measuringPeriod=3,
        accumulation=4,
        flowDirection=5,
        commodity=6,
        measurementKind=7,
        interharmonic=Ratio(8, 9),
        argument=Ratio(10, 11),
        tou=12,
        cpp=13,
        consumptionTier=14,
        phases=15,
        multiplier=16,
        unit=17,
        currency=18,
    )
    assert hash(code) == hash(ReadingTypeCode.parse(str(code)))


@pytest.mark.parametrize(
    ("multiplier", "unit", "currency", "symbol", "factor"),
    [
        (3, 72, 0, "kWh", "1E+3"),
        (-3, 29, 0, "mV", "0.001"),
        (0, 42, 0, "m3", "1"),
        (3, 42, 0, "10^3 m3", "1E+3"),
        (4, 72, 0, "10^4 Wh", "1E+4"),
        (-2, 80, 978, "10^-2 EUR", "0.01"),
        (0, 80, 999, "currency 999", "1"),
        (0, 999, 0, "unit 999", "1"),
        (3, 0, 0, "10^3", "1E+3"),
    ],
)
def test_unit_and_multiplier_are_written_together(multiplier, unit, currency, symbol, factor):
    code = ReadingTypeCode(multiplier=multiplier, unit=unit, currency=currency)

    assert symbol == code.symbol
    assert Decimal(factor) == code.factor


@pytest.mark.parametrize(
    ("phases", "line", "reference"),
    [
        (0, set(), set()),
        (128, {"A"}, set()),
        (129, {"A"}, {"N"}),
        (132, {"A"}, {"B"}),
        (40, {"C"}, {"A"}),
        (224, {"A", "B", "C"}, set()),
        (225, {"A", "B", "C"}, {"N"}),
        (768, {"S1", "S2"}, set()),
        (784, {"S1", "S2", "N"}, set()),
        (41, {"A", "C"}, {"N"}),
        (96, {"C"}, {"A"}),
        (4096, set(), set()),
        (-1, set(), set()),
    ],
)
def test_phases_are_a_set_measured_against_another(phases, line, reference):
    code = ReadingTypeCode(phases=phases)

    assert line == code.line_phases
    assert reference == code.reference_phases


def test_a_rolling_block_has_no_interval_and_a_fixed_one_its_length():
    assert ReadingTypeCode(measuringPeriod=53).interval == 900
    assert ReadingTypeCode(measuringPeriod=59).interval is None
    assert ReadingTypeCode(measuringPeriod=59).describe() == "60 min block rolling by 15 min"


@pytest.mark.parametrize(("field", "table"), TABLES, ids=[field for field, _ in TABLES])
def test_every_listed_number_has_a_word_of_its_own_and_others_their_number(field, table):
    said = [ReadingTypeCode(**{field: number}).describe() for number in [*table, 99999]]

    assert said[-1] == f"{field} 99999"
    assert len(said) == len(set(said))
    assert 0 not in table


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3.0.129.160",
        ".".join("0" * 17),
        ".".join("0" * 19),
        ".".join(["0"] * 17) + ".",
        ".".join(["0"] * 17) + ".x",
        ".".join(["0"] * 17) + ".1.5",
        ".".join(["0"] * 17) + ".+1",
        ".".join(["0"] * 17) + ". 1",
        ".".join(["0"] * 17) + ".1_0",
        ".".join(["0"] * 17) + ".٣",
        ".".join(["0"] * 17) + "." + "9" * 5000,
        "." * 1_000_000,
        "1" * 1_000_000,
    ],
    ids=lambda text: f"{text[:40]!r}-{len(text)}",
)
def test_what_is_no_code_is_refused_with_advice_and_without_repeating_it_all(text):
    with pytest.raises(ValueError, match="18 integers") as caught:
        ReadingTypeCode.parse(text)

    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("number", ["72", 1.5, True, None, 10**9, -(10**9)])
def test_a_code_that_could_not_be_parsed_again_cannot_be_made(number):
    with pytest.raises(ValueError, match="nine digits"):
        ReadingTypeCode(unit=number)
    with pytest.raises(ValueError, match="nine digits"):
        ReadingTypeCode(argument=Ratio(number, 0))
