"""The capacity model: linear in meters, from the cost of a message in a measured run."""

from __future__ import annotations

import json

import msgspec
import pytest

from cimbus.bench.capacity import BUSY, UTILISATION, capacity_for, predicted_factor
from cimbus.bench.result import BenchResult, MessageCost, ProcessUse, StageCost
from cimbus.errors import UsageError

from .test_limits import result


def measured(**cpu):
    """Return a run at twice the rate of a million meters: 10 messages a second of 1 000 bytes."""
    stage = StageCost(stream="x", size=1_000, make=1, encode=1, decode=1)
    cost = MessageCost(publish=100, handle=200, broker=50)
    return msgspec.structs.replace(result(2, sustained=True, **cpu), stages=(stage,), cost=cost)


def test_the_need_follows_from_rate_and_cost():
    found = capacity_for(measured(publisher=0.1), 1_000_000_000)

    assert found.rate == 5_000
    assert found.megabits == 40
    assert (found.publisher_cores, found.consumer_cores, found.broker_cores) == (0.5, 1.0, 0.25)
    assert (found.publishers, found.consumers, found.brokers, found.partitions, found.links) == (1, 2, 3, 4, 1)
    assert found.stored == pytest.approx(5_000 * 1_000 * 3_600 * 3 / 2**30, rel=1e-3)


def test_ten_times_the_meters_need_ten_times_the_cores():
    small, large = (capacity_for(measured(publisher=0.1), meters) for meters in (1e9, 1e10))

    assert large.consumer_cores == 10 * small.consumer_cores
    assert large.consumers >= large.consumer_cores / UTILISATION


def test_the_factor_is_where_all_cores_are_busy():
    assert predicted_factor(measured(publisher=0.1, subscriber=0.15, broker=0.15), 2) == pytest.approx(10 * BUSY)
    assert predicted_factor(measured(all=0.4), 2) == pytest.approx(5 * BUSY)  # one process does everything


def test_the_factor_is_not_above_that_at_which_one_process_is_busy():
    assert predicted_factor(measured(publisher=0.1, subscriber=0.2, broker=0.1), 16) == pytest.approx(10 * BUSY)
    assert predicted_factor(measured(publisher=0.1, broker=0.4), 16) == pytest.approx(20 * BUSY)  # a broker has threads


def test_what_was_not_measured_cannot_be_computed():
    with pytest.raises(UsageError, match="did not measure CPU"):
        predicted_factor(result(1), 2)
    with pytest.raises(UsageError, match="did not measure CPU"):
        capacity_for(result(1), 1e6)


def test_the_command_reads_a_report(cimbus, tmp_path):
    report = tmp_path / "report.json"
    run = measured(publisher=0.1, subscriber=0.2, broker=0.1)
    whole = BenchResult(version=1, began="", command={}, bus="x:", machine={}, headroom=(), runs=(run,))
    report.write_bytes(msgspec.json.encode(whole))

    code, out, _ = cimbus("capacity", "--from", report, "--scenario", "x", "--meters", "1e9", "--cores", 2, "--json")
    missing = cimbus("capacity", "--from", report)

    assert code == 0
    assert json.loads(out)["predicted_factor"] == pytest.approx(10 * BUSY)
    assert json.loads(out)["capacity"][0]["rate"] == 5_000
    assert missing[0] == 2
    assert "has no run of worst-day: x" in missing[2]


def test_the_uses_of_a_run_are_those_of_its_processes():
    uses = measured(broker=0.3).processes

    assert uses == (ProcessUse(name="broker", cpu_seconds=0.3, cpu_share=0.3, rss_max=1),)
