"""The contract, part one: what ``send`` promises, and that frames arrive whole."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

import time

import pytest

from cimbus.errors import ClosedError, SendError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.send_report import unroutable_in
from cimbus.middleware.transport import SubscriptionSpec

from .support import ContractSupport, bodies, collect, promise, sent

HOSTILE_KEYS = (
    "",
    "a/b/c",
    "a.b.c",
    "a b\tc\n",
    "+",
    "#",
    "*",
    ">",
    "$SYS/broker",
    "%2F_2F",
    "nul\x00nul",
    "topic:x?y=z&a=b",
    "Zähler 電力 \U0001f50c",
    "_" * 20,
    "long" * 600,
    "ends with a backslash\\",
    "a:b,c;d=e|f",
)


class SendingContract(ContractSupport):
    """What ``send`` promises."""

    @promise
    async def test_send_returns_one_result_per_frame(self) -> None:
        """Also without any consumer, which is no error."""
        async with self.transport() as transport:
            assert await transport.send([]) == []
            assert await transport.send(self.frames(3)) == [None, None, None]

    @promise
    async def test_a_frame_without_a_subscription_is_unroutable(self) -> None:
        """Where the middleware says so; a durable group that is away is a subscription."""
        await self.needs("tells_unroutable", "durable")
        spec = self.spec("away", durable=True)
        async with self.transport() as transport:
            async with transport.listen(spec):
                pass
            other = self.frame(noun="MeterReadings")
            report = await transport.send([other, self.frame(), other])
            assert report == [None, None, None]
            assert unroutable_in(report) == {0, 2}
            assert not unroutable_in(await transport.send([self.frame()]))

    @promise
    async def test_until_when_a_frame_is_of_use_arrives(self) -> None:
        """To the millisecond, whatever the middleware has for it."""
        await self.needs("properties")
        until = str(int(time.time() * 1000) + 3_600_000)
        async with self.transport() as transport, transport.listen(self.spec()) as consumer:
            await sent(transport, [self.frame(JMSExpiration=until)])
            (found,) = await collect(consumer, 1)
        assert found.value.properties["JMSExpiration"] == until

    @promise
    async def test_a_frame_arrives_whole(self) -> None:
        """Body, topic and every property, whatever is in them."""
        frames = [
            self.frame(body=b""),
            self.frame(body=bytes(range(256)), MessageID="11111111-2222-3333-4444-555555555555"),
            self.frame(body="Zähler 電力".encode(), CorrelationID="c/1:2", ReplyAddress="topic:a/b/c", Source="HÉS"),
            self.frame(body=b"<x/>", ContentType="application/xml", Revision="2.0", Area="north=1;south:2\n\\ 電力"),
            self.frame(body=bytes(1_000_000)),
        ]
        async with self.transport() as transport, transport.listen(self.spec()) as consumer:
            await sent(transport, frames)
            found = [delivery.value for delivery in await collect(consumer, len(frames))]
        for frame, received in zip(frames, found, strict=True):
            assert received.topic == frame.topic
            assert received.body == frame.body
            assert dict(received.properties) == dict(frame.properties)

    @promise
    async def test_a_key_may_hold_anything(self) -> None:
        """Separators, wildcards, NUL, more than an address can hold: the topic is received as it was sent."""
        async with self.transport() as transport, transport.listen(self.spec()) as consumer:
            await sent(transport, (self.frame(key, key.encode()) for key in HOSTILE_KEYS))
            found = await collect(consumer, len(HOSTILE_KEYS))
        topics = {delivery.value.body: delivery.value.topic for delivery in found}
        assert topics == {key.encode(): self.frame(key).topic for key in HOSTILE_KEYS}

    @promise
    async def test_a_key_can_be_asked_for(self) -> None:
        """A pattern with a key matches that key and no other."""
        for key in HOSTILE_KEYS[1:]:
            pattern = Pattern(context=self.context, kind="events", noun="EndDeviceEvents", key=key)
            async with (
                self.transport() as transport,
                transport.listen(SubscriptionSpec(patterns=(pattern,))) as consumer,
            ):
                await sent(transport, (self.frame(other, other.encode()) for other in HOSTILE_KEYS))
                assert bodies(await collect(consumer, 1)) == [key.encode()]

    @promise
    async def test_a_body_that_is_too_large_is_refused_alone(self) -> None:
        """The frames before and after it are sent."""
        async with self.transport() as transport, transport.listen(self.spec()) as consumer:
            large = self.frame(body=bytes(transport.traits.max_body + 1))
            first, refused, last = await transport.send([self.frame(body=b"1"), large, self.frame(body=b"2")])
            assert (first, last) == (None, None)
            assert isinstance(refused, SendError)
            assert bodies(await collect(consumer, 2)) == [b"1", b"2"]

    @promise
    async def test_an_address_overrides_the_topic(self) -> None:
        """As a peer writes it in ReplyAddress."""
        async with self.transport() as transport, transport.listen(self.spec()) as consumer:
            wanted = self.frame("there", b"reply")
            elsewhere = Topic(self.context, "events", "Elsewhere", "created")
            address = f"topic:{transport.naming.address(wanted.topic)}"
            frame = Frame(topic=elsewhere, body=b"reply", properties=wanted.properties, address=address)
            await sent(transport, [frame])
            (found,) = await collect(consumer, 1)
        assert found.value.topic == wanted.topic
        assert found.value.body == b"reply"

    @promise
    async def test_a_transport_that_is_not_open_sends_nothing(self) -> None:
        """Neither before nor after its block; ``ready`` is False then."""
        transport = self.transport()
        assert not transport.ready
        with pytest.raises(ClosedError):
            await transport.send([self.frame()])
        async with transport:
            assert transport.ready
        assert not transport.ready
        with pytest.raises(ClosedError):
            await transport.send([self.frame()])
