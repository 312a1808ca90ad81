"""When each message is due, whose it is, and that its mark says which it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cimbus.bench.payloads import payload_maker
from cimbus.bench.plan import LANES, StreamPlan, plan_run, read_mark, write_mark
from cimbus.bench.scenario import load_scenario, scenario_names
from cimbus.bench.stages import measure_stages
from cimbus.errors import UsageError
from cimbus.nouns import key_of


def stream(**more):
    return StreamPlan(**{"name": "x", "noun": "EndDeviceEvents", "count": 1, "seconds": 1.0, "keys": 4} | more)


@pytest.mark.parametrize("count", [1, 3, 7, 1000])
def test_as_many_are_due_as_the_times_say(count):
    each = stream(count=count, seconds=2.5, starts=0.5)
    times = [each.due(number) for number in range(count)]

    assert times == sorted(times)
    assert 500_000_000 < times[0] <= times[-1] < 3_000_000_000
    for number, at in enumerate(times):
        assert each.due_before(at + 2) == number + 1  # a nanosecond or two are lost in floats
        assert each.due_before(at - 2) == number
    assert (each.due_before(0), each.due_before(10**12)) == (0, count)


def test_rates_grow_with_factor_meters_and_time():
    scenario = load_scenario("telemetry")

    counts = [
        plan_run(scenario, "memory:x", **options).count
        for options in ({}, {"factor": 3}, {"meters": 2e6}, {"seconds": 20}, {"factor": 1e-9})
    ]

    assert counts == [5_000, 15_000, 10_000, 10_000, 1]


def test_messages_of_one_key_belong_to_one_lane_of_one_publisher():
    scenario = load_scenario("storm")
    plan = plan_run(scenario, "memory:x", factor=9, seconds=20)
    step = LANES * plan.publishers

    for each in plan.streams:
        homes: dict[str, set[int]] = {}
        for number in range(each.count):
            homes.setdefault(each.key(number), set()).add(number % step)
        assert each.count > each.keys
        assert {len(lanes) for lanes in homes.values()} == {1}


def test_a_mark_says_which_message_it_is():
    assert read_mark(write_mark("1f", 2, 30)) == ("1f", 2, 30)
    assert [read_mark(text) for text in (None, "", "1f", "1f.2", "1f.x.3", "a-b-c", "1f.1.2.3")] == [("", 0, 0)] * 7


@pytest.mark.parametrize("name", [name for name in scenario_names() if name not in ("network-model", "worst-day")])
def test_payloads_are_valid_and_have_the_key(name):
    plan = plan_run(load_scenario(name), "memory:x")

    for each, cost in zip(plan.streams, measure_stages(plan), strict=True):
        payload = payload_maker(each)(each.key(3), datetime.now(UTC))
        assert key_of(payload) == each.key(3) or each.items > 1
        assert cost.size > 200
        assert min(cost.make, cost.encode, cost.decode) > 0


def test_a_bundle_is_as_large_as_the_figures_say():
    plan = plan_run(load_scenario("interval-reads-100"), "memory:x")

    (cost,) = measure_stages(plan)

    assert 300_000 < cost.size < 600_000  # 100 meters of 16 values of 250 B are 400 kB


def test_a_noun_without_messages_is_refused():
    with pytest.raises(UsageError, match="no messages for Kettles"):
        payload_maker(stream(noun="Kettles"))
