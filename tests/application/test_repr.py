"""What a person sees of a bus, a component and a subscription at a prompt."""

from __future__ import annotations

import pytest

from cimbus import Bus, Component, DeadLetters
from cimbus.nouns import EndDeviceEvents, MeterReadings

pytestmark = pytest.mark.anyio


async def test_a_bus_shows_where_it_is_without_a_password():
    bus = Bus("memory:")

    assert repr(bus) == "<Bus 'memory:'>"
    async with bus:
        assert repr(bus) == "<Bus 'memory:', open>"
    assert "secret" not in repr(Bus("jms+stomp://me:secret@127.0.0.1?insecure=true"))


async def test_a_component_shows_its_handlers():
    oms = Component("OMS")
    assert repr(oms) == "<Component OMS: no handlers>"

    @oms.on(EndDeviceEvents, name="events")
    async def handle(message):
        pass

    assert repr(oms) == "<Component OMS: events>"


async def test_a_subscription_shows_what_it_receives():
    async with Bus("memory:") as bus:
        subscription = bus.subscribe(MeterReadings, verb="created", group="MDM")
        assert repr(subscription) == "<Subscription to production/events/MeterReadings/created/+ of group MDM>"
        async with subscription:
            assert repr(subscription).endswith(", open>")


async def test_a_store_shows_its_file():
    assert repr(DeadLetters("letters.db")) == "DeadLetters('letters.db')"
