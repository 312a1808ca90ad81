"""Pulling messages: what arrives, what settles it, and what never reaches the reader."""

from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from cimbus import Bus, ClosedError, Message
from cimbus.nouns import EndDeviceEvents, MeterReadings

from .support import LIMIT, event, frame, mrid_of, readings

pytestmark = pytest.mark.anyio


async def test_a_subscription_is_narrowed_by_noun_verb_and_key():
    async with Bus("memory:") as bus:
        async with (
            bus.subscribe(EndDeviceEvents, verb="changed", key="UP-2") as narrow,
            bus.subscribe("MeterReadings") as named,
            bus.subscribe(context="*") as wide,
        ):
            await bus.publish(event("1", "UP-2"))
            await bus.publish(event("2", "UP-1"), verb="changed")
            await bus.publish(event("3", "UP-2"), verb="changed")
            await bus.publish(readings(), context="TEST")
            await bus.publish(readings())
            with anyio.fail_after(LIMIT):
                assert mrid_of((await narrow.receive()).value) == "3"
                assert isinstance((await named.receive()).value.payload, MeterReadings)
                nouns = [(await wide.receive()).value.header.noun for _ in range(5)]
        assert nouns == ["EndDeviceEvents"] * 3 + ["MeterReadings"] * 2


async def test_an_accepted_message_does_not_come_again():
    async with Bus("memory:") as bus, bus.subscribe(group="g", durable=True) as subscription:
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            async with await subscription.receive() as message:
                assert mrid_of(message) == "E-1"
        with anyio.move_on_after(0.05) as scope:
            await subscription.receive()
        assert scope.cancelled_caught


async def test_a_message_whose_block_raises_comes_again():
    async with Bus("memory:") as bus, bus.subscribe() as subscription:
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            first = await subscription.receive()
            with pytest.raises(ZeroDivisionError):
                async with first:
                    raise ZeroDivisionError
            again = await subscription.receive()
        assert (first.attempt, again.attempt) == (1, 2)
        assert again.value == first.value


async def test_a_cancelled_block_settles_nothing():
    async with Bus("memory:") as bus:
        async with bus.subscribe(group="g", durable=True) as subscription:
            await bus.publish(event())
            with anyio.fail_after(LIMIT):
                delivery = await subscription.receive()
            with anyio.CancelScope() as scope:
                async with delivery:
                    scope.cancel()
                    await anyio.sleep(1)
            assert delivery.outcome is None
        async with bus.subscribe(group="g", durable=True) as subscription:
            with anyio.fail_after(LIMIT):
                assert (await subscription.receive()).value == delivery.value


async def test_what_is_given_back_too_often_is_set_aside():
    async with Bus("memory:") as bus, bus.subscribe(max_attempts=2) as subscription:
        await bus.publish(event("bad"))
        with anyio.fail_after(LIMIT):
            for _ in range(2):
                (await subscription.receive()).release()
            with anyio.move_on_after(0.3):
                await subscription.receive()
            (letter,) = await bus.dead_letters.letters()
        assert subscription.dead_lettered == 1
        assert letter.reason == "released 2 times"
        assert b"<mRID>bad</mRID>" in letter.frame.body


async def test_what_cannot_be_read_is_set_aside_and_the_next_one_arrives():
    async with Bus("memory:") as bus, bus.subscribe(EndDeviceEvents) as subscription:
        wrong = frame(frame_of(readings()))
        await bus.transport.send([frame(b"<nonsense"), wrong])
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            assert mrid_of((await subscription.receive()).value) == "E-1"
            letters = await bus.dead_letters.letters()
        assert subscription.dead_lettered == 2
        assert [letter.frame for letter in letters] == [frame(b"<nonsense"), wrong]
        assert "MeterReadings, not EndDeviceEvents" in letters[1].reason


async def test_iteration_ends_when_the_bus_closes():
    got = []

    async def read(bus, *, task_status):
        async with bus.subscribe() as subscription:
            task_status.started()
            async for delivery in subscription:
                async with delivery as message:
                    got.append(mrid_of(message))

    with anyio.fail_after(LIMIT):
        async with anyio.create_task_group() as group, Bus("memory:") as bus:
            await group.start(read, bus)
            await bus.publish(event())
            while not got:
                await anyio.lowlevel.checkpoint()
    assert got == ["E-1"]


async def test_a_subscription_that_is_not_open_says_so():
    async with Bus("memory:") as bus:
        with pytest.raises(ClosedError, match="async with"):
            await bus.subscribe().receive()


async def test_a_group_shares_and_others_get_copies():
    async with (
        Bus("memory:") as bus,
        bus.subscribe(group="g") as one,
        bus.subscribe(group="g") as two,
        bus.subscribe() as copy,
        anyio.create_task_group() as tasks,
    ):
        shared, own = [], []

        async def read(subscription, into):
            async for delivery in subscription:
                async with delivery as message:
                    into.append(mrid_of(message))

        for subscription, into in ((one, shared), (two, shared), (copy, own)):
            tasks.start_soon(read, subscription, into)
        await bus.publish_many(event(str(number), key=str(number)) for number in range(20))
        with anyio.fail_after(LIMIT):
            while len(shared) < 20 or len(own) < 20:  # noqa: ASYNC110
                await anyio.sleep(0.001)
        tasks.cancel_scope.cancel()
    assert sorted(shared) == sorted(own) == sorted(map(str, range(20)))


def frame_of(payload):
    from cimbus.interface.codecs import encode

    return encode(Message.of(payload))
