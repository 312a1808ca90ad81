"""A component with a business function warns of nouns that are foreign to it."""

from __future__ import annotations

import warnings

import pytest

from cimbus import Component
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, MeterReadings


def test_a_handler_for_a_foreign_noun_is_a_warning_at_its_line():
    component = Component("Assets", function="AM")

    with pytest.warns(UserWarning, match=r"Asset Management.*MeterReadings belongs to EDO") as caught:

        @component.on(MeterReadings)
        async def store(message): ...

    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="GetMeterReadings belongs to EDO"):
        component.answers(GetMeterReadings)
    with pytest.warns(UserWarning, match="WorkRequests belongs to WM"):
        component.on("WorkRequests")


def test_what_a_function_reads_is_not_foreign_to_it():
    faults = Component("OMS", function="FM")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        faults.on(EndDeviceEvents)
        faults.on("Kettles")
        faults.on(None)
        Component("any").on(MeterReadings)
    assert faults.function == "FM"
    assert "UnplannedOutages" in faults.usual_nouns
    assert Component("any").usual_nouns == frozenset()


def test_a_function_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="no business function 'DSO'; there are AM"):
        Component("DSO", function="DSO")
