"""Brokers that are started for a load."""

from __future__ import annotations

import psutil
import pytest

from cimbus.bench.brokers import BROKERS, started_broker
from cimbus.testing.brokers.fixtures import needed
from cimbus.testing.brokers.kinds import KINDS


def test_all_brokers_can_be_asked_for():
    assert set(BROKERS) == set(KINDS)


@pytest.mark.broker
def test_a_broker_is_measured_and_ended(cimbus):
    needed("mosquitto")
    with started_broker("mosquitto") as broker:
        (process,) = [psutil.Process(pid) for pid in broker.pids]
        assert process.name() == "mosquitto"
    process.wait(60)

    code, out, err = cimbus("bench", "storm", "--broker", "mosquitto", "--duration", "1", "--json")

    assert '"broker"' in out, err
    assert code in (0, 1)  # whether it is sustained is the machine's matter
