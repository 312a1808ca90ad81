"""Publishing: what is filled in, where it goes, and one result per message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import anyio
import pytest

from cimbus import Bus, ClosedError, EncodeError, Header, Message

from .support import LIMIT, event, mrid_of, readings, unwritable

pytestmark = pytest.mark.anyio


async def received(bus, payload, **options):
    async with bus.subscribe() as subscription:
        sent = await bus.publish(payload, **options)
        with anyio.fail_after(LIMIT):
            delivery = await subscription.receive()
        delivery.accept()
        return sent, delivery.value


async def test_a_payload_is_sent_as_a_stamped_message():
    async with Bus("memory:", source="HES") as bus:
        before = datetime.now(UTC) - timedelta(seconds=1)
        sent, got = await received(bus, event())
        assert got == sent
        assert (got.header.verb, got.header.noun, got.header.source) == ("created", "EndDeviceEvents", "HES")
        assert before <= got.header.timestamp <= datetime.now(UTC)
        assert len(got.header.message_id) == 36


async def test_every_message_has_an_id_of_its_own():
    async with Bus("memory:") as bus:
        assert len({(await bus.publish(event())).header.message_id for _ in range(50)}) == 50


async def test_a_whole_message_keeps_what_it_says():
    made = Message.of(event(), verb="changed", source="OTHER", message_id="m-1", context="PRODUCTION")
    async with Bus("memory:", source="HES", context="Production") as bus:
        sent, got = await received(bus, made)
        assert sent.header == got.header == made.header


async def test_a_whole_message_gets_what_it_lacks():
    made = Message(Header(verb="created", noun="EndDeviceEvents"), payload=Message.of(event()).payload_area)
    async with Bus("memory:", source="HES", context="TEST") as bus:
        _, got = await received(bus, made)
        assert (got.header.source, got.header.context) == ("HES", "TEST")
        assert got.header.message_id
        assert got.header.timestamp is not None
        assert made.header.message_id is None


async def test_what_is_said_when_publishing_wins():
    async with Bus("memory:", source="HES", context="TEST") as bus:
        _, got = await received(bus, event(), verb="changed", source="X", revision="2", message_id="m-2")
        assert (got.header.verb, got.header.source, got.header.revision) == ("changed", "X", "2")
        assert got.header.message_id == "m-2"


@pytest.mark.parametrize(("key", "wanted"), [(None, "UP-7"), ("mine", "mine"), ("", "")])
async def test_the_key_is_the_object_unless_said_otherwise(key, wanted):
    async with Bus("memory:") as bus, bus.transport.listen(everything()) as inbox:
        await bus.publish(event(key="UP-7"), key=key)
        with anyio.fail_after(LIMIT):
            (delivery,) = await inbox.receive()
        assert delivery.value.topic.key == wanted
        assert str(delivery.value.topic).startswith("production/events/EndDeviceEvents/created")


async def test_the_context_is_the_first_level_of_the_topic_in_lower_case():
    async with Bus("memory:", context="Test") as bus, bus.transport.listen(everything()) as inbox:
        await bus.publish(event())
        with anyio.fail_after(LIMIT):
            (delivery,) = await inbox.receive()
        assert delivery.value.topic.context == "test"
        assert delivery.value.properties["Context"] == "Test"


async def test_one_that_cannot_be_written_does_not_stop_the_others():
    async with Bus("memory:") as bus, bus.subscribe() as subscription:
        results = await bus.publish_many([event("E-1"), unwritable(), event("E-3"), readings()])
        assert [type(result.error) for result in results] == [type(None), EncodeError, type(None), type(None)]
        assert [result.message.header.noun for result in results] == ["EndDeviceEvents"] * 3 + ["MeterReadings"]
        with anyio.fail_after(LIMIT):
            got = [(await subscription.receive()).value for _ in range(3)]
        assert [mrid_of(message) for message in got[:2]] == ["E-1", "E-3"]


async def test_one_that_the_middleware_refuses_does_not_stop_the_others():
    async with Bus("memory:x?backlog=2") as bus:
        async with bus.subscribe(group="away", durable=True):
            pass
        results = await bus.publish_many([event(str(number)) for number in range(4)])
        assert [result.error is None for result in results] == [True, True, False, False]
        assert "full" in str(results[-1].error)
        async with bus.subscribe(group="away", durable=True) as subscription:
            with anyio.fail_after(LIMIT):
                for _ in range(2):
                    (await subscription.receive()).accept()


async def test_a_message_that_cannot_be_written_is_raised():
    async with Bus("memory:") as bus:
        with pytest.raises(EncodeError, match="createdDateTime"):
            await bus.publish(unwritable())


async def test_nothing_is_no_message():
    async with Bus("memory:") as bus:
        assert await bus.publish_many([]) == []
        with pytest.raises(TypeError):
            await bus.publish(object())


async def test_a_bus_that_is_not_open_says_so():
    bus = Bus("memory:")
    with pytest.raises(ClosedError, match="async with"):
        await bus.publish(event())
    async with bus:
        assert bus.ready
    assert not bus.ready
    with pytest.raises(ClosedError):
        await bus.request(event())


@pytest.mark.parametrize("ask_first", [False, True])
async def test_an_error_in_the_block_comes_out_as_it_was_raised(ask_first):
    error = KeyError("mine")
    with pytest.raises(KeyError) as caught:  # noqa: PT012
        async with Bus("memory:") as bus:
            if ask_first:
                with pytest.raises(TimeoutError):
                    await bus.request(event(), timeout=0.001)
            raise error
    assert caught.value is error


def everything(group=""):
    from cimbus import Pattern, SubscriptionSpec

    return SubscriptionSpec(patterns=(Pattern(context="production"), Pattern(context="test")), group=group)


async def test_many_messages_are_sent_in_slices_and_others_have_their_turn(monkeypatch):
    slices, turns = [], [0]

    async def tick():
        while True:
            turns[0] += 1
            await anyio.lowlevel.checkpoint()

    async with Bus("memory:") as bus, anyio.create_task_group() as tasks:
        send = bus.transport.send

        async def counted(frames):
            slices.append(len(frames))
            return await send(frames)

        monkeypatch.setattr(bus.transport, "send", counted)
        tasks.start_soon(tick)
        results = await bus.publish_many(event(str(number)) for number in range(3_000))
        tasks.cancel_scope.cancel()
    assert [mrid_of(result.message) for result in results] == [str(number) for number in range(3_000)]
    assert slices == [1024, 1024, 952]
    assert turns[0] >= 3_000 // 64
