"""A query knows the type of its reply's payload, for type checkers alone."""

from __future__ import annotations

from cimbus.interface.query import QueryPayload
from cimbus.nouns import GetEndDeviceEvents, GetMeterReadings


def test_a_query_has_nothing_of_it_at_run_time():
    assert hasattr(QueryPayload, "__answer__")
    assert not hasattr(GetMeterReadings, "__answer__")
    assert not hasattr(GetEndDeviceEvents, "__answer__")
