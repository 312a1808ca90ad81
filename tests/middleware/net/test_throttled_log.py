"""A warning that comes a thousand times is written once, and again after a while."""

from __future__ import annotations

import logging

from cimbus.middleware.net import ThrottledLog, throttled_log


def test_the_first_is_written_and_then_one_in_a_while(caplog, monkeypatch):
    now = 0.0  # a clock may well begin there
    monkeypatch.setattr(throttled_log.time, "monotonic", lambda: now)
    warnings = ThrottledLog(logging.getLogger("cimbus.test"))
    for number in range(1_000):
        warnings.warning("number %d", number)
    now = throttled_log.INTERVAL
    warnings.warning("number %d", 1_000)
    warnings.warning("number %d", 1_001)

    assert caplog.messages == ["number 0", "number 1000"]
