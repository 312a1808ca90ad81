"""The health of several workers as one."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from cimbus import MissingExtraError
from cimbus.cli.health.health_check import HealthCheck
from cimbus.cli.workers.workers_health import WorkersHealth

pytestmark = pytest.mark.anyio


def worker(*, running=True, live=(), ready=(), silent=0.0, metrics=(503, b"", "")):
    async def asked():
        return metrics

    return SimpleNamespace(
        running=running,
        live=HealthCheck(live),
        ready=HealthCheck(ready),
        answered=time.monotonic() - silent,
        metrics=asked,
    )


def test_problems_name_their_worker():
    health = WorkersHealth({1: worker(), 2: worker(live=("APP.x hangs",), ready=("APP: away",))}, 60)

    assert health.live().problems == ("worker 2: APP.x hangs",)
    assert health.ready().problems == ("worker 2: APP: away",)


def test_a_worker_that_does_not_answer_is_not_alive():
    health = WorkersHealth({1: worker(silent=61), 2: worker(silent=30)}, 60)

    assert health.live().problems == ("worker 1 has not answered for 61 s",)
    assert WorkersHealth({1: worker(silent=1000)}, 0).live().ok


def test_a_worker_that_is_started_again_is_not_ready_and_not_dead():
    health = WorkersHealth({1: worker(running=False, silent=100, live=("APP.x hangs",)), 2: worker()}, 60)

    assert health.live().ok
    assert health.ready().problems == ("worker 1 does not run",)


async def test_metrics_are_those_of_all_that_answer():
    health = WorkersHealth({1: worker(metrics=(200, b"up 1\n", "text/x")), 2: worker()}, 60)
    assert await health.metrics() == (b'up{worker="1"} 1\n', "text/x")

    health = WorkersHealth({1: worker(metrics=(404, b"metrics need x: pip install x\n", ""))}, 60)
    with pytest.raises(MissingExtraError, match="metrics need x: pip install x"):
        await health.metrics()
