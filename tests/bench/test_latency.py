"""Latencies: what is counted quickly is what the histogram of the library would say."""

from __future__ import annotations

import random

from hdrh.histogram import HdrHistogram

from cimbus.bench.latency import DIGITS, LONGEST, SHARES, Latencies


def test_percentiles_are_those_of_the_library():
    chance, latencies, plain = random.Random(1), Latencies(), HdrHistogram(1, LONGEST, DIGITS)
    for _ in range(5_000):
        nanoseconds = int(chance.lognormvariate(16, 3))
        latencies.add(nanoseconds)
        plain.record_value(min(max(nanoseconds // 1000, 1), LONGEST))

    found = latencies.percentiles()

    assert found.count == 5_000
    assert found.max == plain.get_max_value() / 1e6
    for name, share in SHARES:
        assert getattr(found, name) == plain.get_value_at_percentile(share) / 1e6


def test_histograms_of_processes_are_added():
    one, two, both = Latencies(), Latencies(), Latencies()
    for number in range(1, 100):
        (one if number % 2 else two).add(number * 1_000_000)

    for each in (one, two):
        both.merge(each.encode())
        both.merge(b"")

    assert both.percentiles().count == 99
    assert both.above(0.05) == one.above(0.05) + two.above(0.05) > 0


def test_what_is_early_or_too_late_to_tell_is_counted():
    latencies = Latencies()

    latencies.add(-5_000_000)
    latencies.add(10 * LONGEST * 1_000)

    assert latencies.percentiles().count == 2
    assert latencies.percentiles().p50 == 1e-6
