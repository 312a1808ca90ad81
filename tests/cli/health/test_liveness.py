"""When a handler counts as stuck, and when not."""

from __future__ import annotations

from types import SimpleNamespace

from cimbus.application.handler_progress import HandlerProgress
from cimbus.cli.health.liveness import Liveness

BOUND = 60


def component(*, buses_ready=True, **progress):
    return SimpleNamespace(name="OMS", buses_ready=buses_ready, progress={"events": HandlerProgress(**progress)})


def problems(*samples):
    """Return the problems at the last of some moments."""
    liveness = Liveness(BOUND)
    checks = [liveness.sample([state], now) for now, state in samples]
    return checks[-1].problems


def test_a_handler_that_does_not_return_is_stuck():
    hanging = component(since=100.0, message="m-1", begun=1)

    assert problems((100, hanging), (159, hanging)) == ()
    assert problems((100, hanging), (160, hanging)) == ("OMS.events has not returned for 60 s: m-1",)


def test_a_handler_that_has_nothing_to_do_is_not_stuck():
    idle = component(begun=7)

    assert problems((0, idle), (100_000, idle)) == ()


def test_messages_that_are_not_begun_are_not_progress():
    waiting = component(begun=7, queued=3)

    assert problems((0, waiting), (59, waiting)) == ()
    assert problems((0, waiting), (60, waiting)) == ("OMS.events has begun none of 3 messages for 60 s",)


def test_messages_that_are_begun_are_progress():
    first, second = component(begun=7, queued=3), component(begun=8, queued=3)

    assert problems((0, first), (59, second), (100, second)) == ()


def test_a_bus_that_cannot_be_reached_excuses_a_handler():
    hanging, away = component(since=0.0, begun=1), component(since=0.0, begun=1, buses_ready=False)

    assert problems((0, hanging), (10, away), (300, away)) == ()
    assert problems((0, hanging), (300, away), (359, hanging)) == ()
    assert problems((0, hanging), (300, away), (360, hanging)) == ("OMS.events has not returned for 60 s",)


def test_a_store_that_cannot_be_written_excuses_a_handler():
    waiting = component(since=0.0, begun=1, queued=2, waiting="the inbox: the disk is full")

    assert problems((0, waiting), (300, waiting)) == ()


def test_without_a_bound_nothing_is_stuck():
    liveness = Liveness(0)
    hanging = component(since=0.0, begun=1)

    assert liveness.sample([hanging], 0).ok
    assert liveness.sample([hanging], 100_000).ok
