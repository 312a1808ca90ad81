"""Receiving waits for frames, for credit and for redelivery, and ends with a reason."""

from __future__ import annotations

import anyio
import pytest

from cimbus.errors import ClosedError
from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import BufferedConsumer


def frame(key="k", body=b""):
    return Frame(topic=Topic("c", "events", "N", "created", key), body=body)


@pytest.mark.anyio
async def test_receive_waits_for_frames_credit_and_redelivery():
    done = []
    receiver = BufferedConsumer(1, lambda item, outcome: done.append((item.mark, outcome.value)))
    found = []

    async def receive():
        found.extend(await receiver.receive())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(receive)
        await anyio.wait_all_tasks_blocked()
        receiver.backlog.put(frame(body=b"1"), "m1")
        receiver.backlog.put(frame(body=b"2"), "m2")
        receiver.look()
    (first,) = found
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(receive)
        await anyio.wait_all_tasks_blocked()
        assert len(found) == 1
        first.release()
    assert found[1].value.body == b"1"
    assert found[1].attempt == 2
    found[1].accept()
    (second,) = await receiver.receive()
    second.reject()
    assert done == [("m1", "accepted"), ("m2", "rejected")]


@pytest.mark.anyio
async def test_receive_after_close_raises_the_reason():
    done = []
    receiver = BufferedConsumer(5, lambda item, outcome: done.append(item))
    receiver.backlog.put(frame(), None)
    (delivery,) = await receiver.receive()
    errors = []

    async def receive():
        try:
            await receiver.receive()
        except ClosedError as exc:
            errors.append(str(exc))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(receive)
        tasks.start_soon(receive)
        await anyio.wait_all_tasks_blocked()
        receiver.close("taken over")
    receiver.close("something else")
    await receive()
    delivery.accept()
    assert errors == ["taken over"] * 3
    assert done == []
