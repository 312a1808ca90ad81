"""A generator stays in one thread, from whatever thread it is used."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import anyio
import anyio.from_thread
import anyio.lowlevel
import pytest

import cimbus
from cimbus.codecs import rdf
from cimbus.interface.codecs.threaded_iterator import ThreadedIterator
from cimbus.nouns import MeterReading

from .rdf.documents import HEADER, LINE, START
from .test_iterate import document


def in_another_thread(function, *arguments):
    with ThreadPoolExecutor(1) as other:
        return other.submit(function, *arguments).result()


def idents(count, ended=None):
    try:
        for _ in range(count):
            yield threading.get_ident()
    finally:
        if ended is not None:
            ended.append(threading.get_ident())


def test_it_runs_in_one_thread_though_it_is_used_in_several():
    items = ThreadedIterator(idents(1000))

    found = {in_another_thread(next, items) for _ in range(10)} | {next(items)} | {in_another_thread(next, items)}
    assert len(found | set(items)) == 1
    assert found != {threading.get_ident()}


@pytest.mark.anyio
async def test_it_runs_in_one_thread_for_async_for():
    items = ThreadedIterator(idents(1000))
    found = [next(items), *[item async for item in items]]

    assert len(found) == 1000
    assert len(set(found)) == 1


def test_a_generator_is_closed_in_its_thread():
    ended = []
    items = ThreadedIterator(idents(1000, ended))
    of_items = next(items)

    items.close()
    items.close()
    assert ended == [of_items]
    assert list(items) == []


def test_its_thread_ends_with_it():
    made = []

    def items():
        made.append(threading.current_thread())
        yield 1

    assert list(ThreadedIterator(items())) == [1]
    made[0].join(30)
    assert not made[0].is_alive()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 600])
def test_an_error_comes_behind_what_was_made_before_it(count):
    def items():
        yield from range(count)
        raise ValueError("no more")

    iterator = ThreadedIterator(items())
    assert [next(iterator) for _ in range(count)] == list(range(count))
    with pytest.raises(ValueError, match="no more"):
        next(iterator)
    assert list(iterator) == []


@pytest.mark.anyio
async def test_a_generator_may_await_in_the_event_loop_that_waits_for_it():
    async def answer():
        await anyio.lowlevel.checkpoint()
        return threading.get_ident()

    def items():
        for _ in range(3):
            yield iterator.call_outside(lambda: anyio.from_thread.run(answer))

    iterator = ThreadedIterator(items())
    assert [item async for item in iterator] == [threading.get_ident()] * 3


@pytest.mark.anyio
async def test_what_it_awaits_can_be_cancelled():
    def items():
        iterator.call_outside(lambda: anyio.from_thread.run(wait))
        yield 1

    async def wait():
        scope.cancel()
        await anyio.sleep_forever()

    iterator = ThreadedIterator(items())
    with anyio.CancelScope() as scope:
        await anext(iterator)
    assert scope.cancelled_caught


def test_a_document_is_read_in_changing_threads():
    """Of lxml's parser alone, that ends the process: "free(): invalid pointer"."""
    data = document(2000)
    for _ in range(2):
        objects = cimbus.iterate(io.BytesIO(data), MeterReading)
        assert len([in_another_thread(next, objects) for _ in range(20)]) == 20
        assert len(list(objects)) == 1980


@pytest.mark.anyio
async def test_a_model_is_read_in_changing_threads():
    data = f"{START}{HEADER}{LINE * 5000}</rdf:RDF>".encode()
    for _ in range(2):
        model = rdf.read_model(data)
        assert model.header.id
        assert in_another_thread(next, model).cls == "ACLineSegment"
        assert len([each async for each in model]) == 4999
