"""The collector is paused while a large message is made, and only then."""

from __future__ import annotations

import gc
import threading

import pytest

import cimbus
from cimbus import Message, nouns
from cimbus.interface.codecs.collector import LARGE, CollectorPause, pausing


@pytest.fixture(autouse=True)
def enabled():
    gc.enable()
    yield
    gc.enable()


def test_it_is_paused_for_large_documents_only():
    assert pausing(LARGE - 1, gc.isenabled)
    assert not pausing(LARGE, gc.isenabled)
    assert gc.isenabled()


def test_it_goes_on_after_an_error():
    with pytest.raises(KeyError):
        pausing(LARGE, lambda: {}["x"])

    assert gc.isenabled()


def test_a_program_that_disabled_it_finds_it_disabled():
    gc.disable()
    pausing(LARGE, gc.isenabled)

    assert not gc.isenabled()


def test_it_goes_on_when_the_last_thread_is_ready():
    pause, inside, leave = CollectorPause(), threading.Event(), threading.Event()

    def other() -> None:
        with pause:
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with pause:
        thread.start()
        inside.wait(10)
    still = gc.isenabled()
    leave.set()
    thread.join()

    assert not still
    assert gc.isenabled()


@pytest.mark.parametrize("form", ["xml", "json"])
def test_no_collection_runs_while_a_large_message_is_decoded(form):
    names = [nouns.Name(name=f"meter-{number}") for number in range(6_000)]
    event = nouns.EndDeviceEvent(
        createdDateTime=cimbus.decode(SMALL).header.timestamp, EndDeviceEventType=nouns.Reference(ref="0"), Names=names
    )
    written = cimbus.encode(Message.of(nouns.EndDeviceEvents(EndDeviceEvent=[event])), form)
    started: list[int] = []
    gc.callbacks.append(lambda phase, info: started.append(1))
    try:
        gc.collect()
        before = len(started)
        assert len(written) > LARGE
        assert len(cimbus.decode(written).payload.EndDeviceEvent[0].Names) == len(names)
        during = len(started) - before
    finally:
        gc.callbacks.pop()

    assert during <= 1  # one may be due when the pause ends


SMALL = "<Message><Header><Verb>get</Verb><Noun>X</Noun><Timestamp>2026-03-01T12:00:00Z</Timestamp></Header></Message>"
