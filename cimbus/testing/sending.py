"""The contract, part one: what ``send`` promises, and that frames arrive whole."""
# ruff: noqa: S101  (this is a test suite, shipped)

from __future__ import annotations

import pytest

from cimbus.errors import ClosedError, SendError
from cimbus.frame import Frame
from cimbus.topic import Pattern, Topic
from cimbus.transport import Intake

from .support import Support, bodies, collect, promise, sent

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


class Sending(Support):
    """What ``send`` promises."""

    @promise
    async def test_send_returns_one_result_per_frame(self) -> None:
        """Also where nobody listens, which is no error."""
        async with self.transport() as transport:
            assert await transport.send([]) == []
            assert await transport.send(self.frames(3)) == [None, None, None]

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
        async with self.transport() as transport, transport.listen(self.intake()) as inbox:
            await sent(transport, frames)
            found = [delivery.value for delivery in await collect(inbox, len(frames))]
        for frame, received in zip(frames, found, strict=True):
            assert received.topic == frame.topic
            assert received.body == frame.body
            assert dict(received.properties) == dict(frame.properties)

    @promise
    async def test_a_key_may_hold_anything(self) -> None:
        """Separators, wildcards, NUL, more than an address can take: the topic comes back as it was."""
        async with self.transport() as transport, transport.listen(self.intake()) as inbox:
            await sent(transport, (self.frame(key, key.encode()) for key in HOSTILE_KEYS))
            found = await collect(inbox, len(HOSTILE_KEYS))
        topics = {delivery.value.body: delivery.value.topic for delivery in found}
        assert topics == {key.encode(): self.frame(key).topic for key in HOSTILE_KEYS}

    @promise
    async def test_a_key_can_be_asked_for(self) -> None:
        """A pattern that fixes the key means that key and nothing else."""
        for key in HOSTILE_KEYS[1:]:
            pattern = Pattern(context=self.context, kind="events", noun="EndDeviceEvents", key=key)
            async with self.transport() as transport, transport.listen(Intake(patterns=(pattern,))) as inbox:
                await sent(transport, (self.frame(other, other.encode()) for other in HOSTILE_KEYS))
                assert bodies(await collect(inbox, 1)) == [key.encode()]

    @promise
    async def test_a_body_that_is_too_large_is_refused_alone(self) -> None:
        """The frames around it go."""
        async with self.transport() as transport, transport.listen(self.intake()) as inbox:
            large = self.frame(body=bytes(transport.traits.max_body + 1))
            first, refused, last = await transport.send([self.frame(body=b"1"), large, self.frame(body=b"2")])
            assert (first, last) == (None, None)
            assert isinstance(refused, SendError)
            assert bodies(await collect(inbox, 2)) == [b"1", b"2"]

    @promise
    async def test_an_address_overrides_the_topic(self) -> None:
        """As a peer writes it in ReplyAddress."""
        async with self.transport() as transport, transport.listen(self.intake()) as inbox:
            wanted = self.frame("there", b"reply")
            elsewhere = Topic(self.context, "events", "Elsewhere", "created")
            address = f"topic:{transport.naming.address(wanted.topic)}"
            frame = Frame(topic=elsewhere, body=b"reply", properties=wanted.properties, address=address)
            await sent(transport, [frame])
            (found,) = await collect(inbox, 1)
        assert found.value.topic == wanted.topic
        assert found.value.body == b"reply"

    @promise
    async def test_a_transport_that_is_not_open_sends_nothing(self) -> None:
        """Neither before nor after its block, and ``ready`` says so."""
        transport = self.transport()
        assert not transport.ready
        with pytest.raises(ClosedError):
            await transport.send([self.frame()])
        async with transport:
            assert transport.ready
        assert not transport.ready
        with pytest.raises(ClosedError):
            await transport.send([self.frame()])
