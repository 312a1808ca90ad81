"""Scenarios are data: each parses, and each of its numbers has a source."""

from __future__ import annotations

import re

import msgspec
import pytest

from cimbus.bench.scenario import Figure, LoadScenario, LoadStream, load_scenario, scenario_names, sources
from cimbus.bench.tiers import TIERS
from cimbus.errors import UsageError

OWN = """
name = "own"
title = "Of a user's own"
about = "Two streams."
include = ["storm"]
publishers = { value = 2, source = ["ours"], why = "two head-ends" }
subscribers = { value = 1, source = ["ours"], why = "one" }
workers = { value = 1, source = ["ours"], why = "one" }
concurrency = { value = 16, source = ["ours"], why = "16" }

[[streams]]
name = "reads"
noun = "MeterReadings"
tier = "bulk"
rate = { value = 5, source = ["L8"] }
keys = { value = 10, source = ["ours"], why = "few" }
"""


@pytest.mark.parametrize("name", scenario_names())
def test_each_number_has_a_source(name):
    scenario = load_scenario(name)

    figures = scenario.figures()

    assert scenario.name == name
    assert len(figures) >= 6
    assert all(set(figure.source) <= set(sources()) for figure in figures.values())
    assert all(figure.why for figure in figures.values() if figure.source == ("ours",))
    assert {stream.tier for stream in scenario.streams} <= set(TIERS)


def test_each_source_is_used_and_says_where_it_was_published():
    used = {
        mark for name in scenario_names() for each in load_scenario(name).figures().values() for mark in each.source
    }

    assert used == set(sources())
    assert all(re.search(r"\(.+\)|measured|assumption", text) for text in sources().values())


def test_the_worst_day_is_all_at_once():
    streams = load_scenario("worst-day").streams

    assert {"EndDeviceEvents", "MeterReadings", "GetMeterReadings", "EndDeviceControls", "NetworkModel"} <= {
        each.noun for each in streams
    }
    assert {each.tier for each in streams} == {"event", "command", "display", "bulk"}


def test_a_file_of_ones_own_is_a_scenario_and_may_include_others(files):
    scenario = load_scenario(files("own.toml", OWN))

    assert [each.name for each in scenario.streams] == ["reads", "storm: last gasps", "storm: restorations"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("source = ['L8']", ""), "no scenario"),
        (('source = ["L8"]', 'source = ["L99"]'), "there is no source L99"),
        (('source = ["L8"]', "source = []"), "has no source"),
        (('source = ["ours"], why = "few"', 'source = ["ours"]'), "say with why="),
        (("value = 5", "value = 0"), "a rate is more than 0"),
        (('tier = "bulk"', 'tier = "slow"'), "tier"),
        (('noun = "MeterReadings"', 'noun = "MeterReadings"\nspeed = 3'), "speed"),
        (('include = ["storm"]', 'include = ["nothing"]'), "there is no scenario 'nothing'"),
        (("name =", "name"), "no scenario"),
    ],
)
def test_what_is_no_scenario_is_refused_with_the_reason(files, change, reason):
    text = OWN.replace('source = ["L8"]', "") if change[0].startswith("source = ['") else OWN.replace(*change)

    with pytest.raises(UsageError, match=reason):
        load_scenario(files("own.toml", text))


def test_a_scenario_that_includes_itself_is_refused(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace('["storm"]', f'["{path}"]'), encoding="utf-8")

    with pytest.raises(UsageError, match="includes itself"):
        load_scenario(str(path))


def test_values_cannot_be_changed():
    scenario = load_scenario("storm")

    for value in (scenario, scenario.streams[0], scenario.streams[0].rate):
        assert isinstance(value, (LoadScenario, LoadStream, Figure))
        with pytest.raises(AttributeError):
            setattr(value, msgspec.structs.fields(value)[0].name, None)
