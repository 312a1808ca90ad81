"""CPU and memory of processes."""

from __future__ import annotations

import os

from cimbus.bench.limits import bottleneck_of
from cimbus.bench.usage import UsageSampler

from .test_limits import result


def test_cpu_of_this_process_is_seen_though_it_is_less_than_a_clock_tick():
    sampler = UsageSampler({"all": [os.getpid()]})
    sampler.sample(0.0)
    sum(range(1000))
    sampler.sample(0.2)

    assert sampler.uses(0.2)[0].cpu_seconds > 0


def test_one_process_that_does_everything_is_known_as_one_though_it_used_nothing():
    assert bottleneck_of(result(1, all=0.0))[1].startswith("one process does everything, 0% of a core")
