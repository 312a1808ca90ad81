"""What is too large for the middleware is refused when it is published, not when it comes out of the outbox."""

from __future__ import annotations

import pytest

import cimbus
from cimbus import Bus, Message
from cimbus.errors import MessageTooLargeError
from cimbus.interface.element import XmlElement

pytestmark = pytest.mark.anyio


def note(size: int) -> Message[XmlElement]:
    return Message.of(XmlElement("Note", "urn:x", text="x" * size), verb="created")


async def refused(bus: Bus, size: int) -> MessageTooLargeError:
    with pytest.raises(MessageTooLargeError) as caught:
        await bus.publish(note(size))
    return caught.value


@pytest.mark.parametrize(
    ("url", "limit"),
    [
        ("mqtt://127.0.0.1:1?max_packet=1048576", 1_048_576),
        ("kafka://127.0.0.1:1?max_message=100000", 100_000),
        ("jms+stomp://127.0.0.1:1?max_body=5000", 5_000),
    ],
)
async def test_an_option_says_it_before_the_broker_was_reached(tmp_path, url, limit):
    async with Bus(url, outbox=tmp_path / "outbox.db") as bus:
        error = await refused(bus, limit)
        kept, large = await bus.publish_many([note(10), note(limit)])

        assert (error.limit, error.size > limit) == (limit, True)
        assert all(way in str(error) for way in ("compress", "split", "claim_store"))
        assert kept.error is None
        assert isinstance(large.error, MessageTooLargeError)
        assert bus.outbox is not None
        assert await bus.outbox.backlog() == 1


async def test_what_kafka_compresses_counts_compressed(tmp_path):
    async with Bus("kafka://127.0.0.1:1?max_message=100000&compression=gzip", outbox=tmp_path / "outbox.db") as bus:
        await bus.publish(note(90_000))

        assert bus.outbox is not None
        assert await bus.outbox.backlog() == 1


@pytest.mark.broker
async def test_a_broker_has_said_it(tmp_path, new_mosquitto):
    broker = new_mosquitto(lines=["max_packet_size 6000"])
    async with Bus(broker.url(), outbox=tmp_path / "outbox.db") as bus:
        assert bus.outbox is not None
        await bus.publish(note(10))
        await bus.outbox.flush()
        error = await refused(bus, 5_900)  # with the envelope and the topic it is above

        assert error.limit == 6_000
        assert await bus.outbox.backlog() == 0
        assert len(cimbus.encode(note(1_000))) < 2_000
        await bus.publish(note(1_000))
        await bus.outbox.flush()
        assert bus.outbox.forwarded == 2
