"""A callback reaches the loop from another thread, on asyncio and on trio."""

from __future__ import annotations

import threading

import anyio
import pytest

from cimbus.middleware.loop_callback import loop_callback, on_trio


@pytest.mark.anyio
async def test_calls_of_another_thread_are_made_on_the_loop_in_order():
    found, done = [], anyio.Event()
    callback = loop_callback()

    def work():
        for number in range(100):
            callback(lambda number=number: found.append((number, threading.get_ident())))
        callback(done.set)

    thread = threading.Thread(target=work)
    thread.start()
    with anyio.fail_after(60):
        await done.wait()
    thread.join()

    assert found == [(number, threading.get_ident()) for number in range(100)]


@pytest.mark.anyio
async def test_the_loop_is_known(anyio_backend_name):
    assert on_trio() == (anyio_backend_name == "trio")


def test_without_a_loop_there_is_no_callback():
    with pytest.raises(RuntimeError):
        loop_callback()


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_loop_that_has_ended_raises(backend):
    async def main():
        return loop_callback()

    callback = anyio.run(main, backend=backend)
    with pytest.raises(RuntimeError):
        callback(lambda: None)
