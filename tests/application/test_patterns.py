"""What a subscription on a bus matches."""

from __future__ import annotations

import pytest

from cimbus import Pattern
from cimbus.application.patterns import pattern_of
from cimbus.nouns import GetMeterReadings, MeterReadings


@pytest.mark.parametrize(
    ("noun", "options", "pattern"),
    [
        (None, {}, Pattern("production")),
        ("Kettles", {"kind": "events"}, Pattern("production", "events", "Kettles")),
        (MeterReadings, {"verb": "created", "key": "m"}, Pattern("production", None, "MeterReadings", "created", "m")),
        (GetMeterReadings, {"kind": "requests"}, Pattern("production", "requests", "MeterReadings")),
        (None, {"context": "Test"}, Pattern("test")),
        (None, {"context": "*"}, Pattern()),
    ],
)
def test_a_pattern_leaves_open_what_is_not_given(noun, options, pattern):
    assert pattern_of(noun, **options) == pattern
