"""``cimbus bench``: scenarios on a bus, as a table, as JSON and as a report."""

from __future__ import annotations

import json

from cimbus.bench.scenario import scenario_names


def test_the_scenarios_are_listed(cimbus):
    code, out, _ = cimbus("bench", "--list")

    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == scenario_names()


def test_a_scenario_runs_in_memory_and_is_reported(cimbus, tmp_path):
    report = tmp_path / "report.html"

    code, out, err = cimbus("bench", "long-storm", "--duration", 1, "--json", "--report", report)

    result = json.loads(out)
    assert code == (0 if result["runs"][0]["sustained"] else 1), err  # a busy machine may be late
    assert result["headroom"][0]["scenario"] == "long-storm"
    assert result["headroom"][0]["lost"] == 0
    assert json.loads(report.with_suffix(".json").read_text()) == result
    assert "Long storm" in report.read_text(encoding="utf-8")


def test_a_scenario_runs_on_a_bus_with_processes_of_their_own(cimbus, bus):
    code, out, err = cimbus("bench", "long-storm", "--duration", 1, "--bus", bus)

    assert code in (0, 1), err  # a busy machine may be late
    assert "long-storm" in out
    assert ("not sustained" in out + err) == (code == 1)


def test_a_scenario_that_there_is_not_is_wrong_usage(cimbus):
    code, _, err = cimbus("bench", "quiet-day")

    assert code == 2
    assert "there is no scenario 'quiet-day'" in err
    assert "worst-day" in err


def test_a_bus_and_a_broker_are_one_too_many(cimbus, bus):
    code, _, err = cimbus("bench", "--bus", bus, "--broker", "mosquitto")

    assert code == 2
    assert "give one of them" in err
