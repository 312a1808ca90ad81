"""The fixtures: what happens to a test whose broker is not installed."""

from __future__ import annotations

import pytest

from cimbus.testing.brokers import jars, processes
from cimbus.testing.brokers.fixtures import needed


@pytest.mark.parametrize("broker", ["mosquitto", "kafka", "activemq", "artemis"])
def test_what_is_missing_skips_loudly_and_fails_in_ci(monkeypatch, tmp_path, broker):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(processes, "SYSTEM", "")
    monkeypatch.setattr(jars, "DEBIAN", tmp_path)

    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"NOT TESTED: not installed: (mosquitto|java)"):
        needed(broker)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="In CI nothing may be skipped"):
        needed(broker)
