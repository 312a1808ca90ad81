"""Large payloads are compressed where that is asked for, possible, and makes them smaller."""

from __future__ import annotations

import os

import pytest

from cimbus import Bus, Message, XmlElement, decode, encode
from cimbus.application.claim_check import ClaimCheck
from cimbus.application.claim_check.large_messages import LargeMessages, compressed
from cimbus.interface.codecs import DEFAULT_LIMITS
from cimbus.interface.envelope import Operation, OperationSet, Payload

pytestmark = pytest.mark.anyio

TEXT = "a reading " * 200


def large(text=TEXT):
    return XmlElement("Readings", "urn:x", text=text)


@pytest.mark.parametrize("written", ["xml", "json"])
async def test_a_bus_compresses_what_is_larger_than_it_is_told(written):
    async with Bus("memory:", format=written, compress_over=1_000) as bus, bus.subscribe("Readings") as readings:
        for text in (TEXT, "small"):
            await bus.publish(large(text), verb="created")
        found = []
        for _ in range(2):
            async with await readings.receive() as message:
                found.append((message.payload.text, message.payload_area.was_compressed))

    assert found == [(TEXT, True), ("small", False)]


@pytest.mark.parametrize(
    "message",
    [
        Message.of(None, verb="delete", noun="Readings", comment=TEXT),
        Message.of(large(), verb="created", compress=True),
        Message(Message.of(large()).header, payload=Payload(items=(large(), large()))),
        Message(Message.of(large(), verb="get").header, payload=Payload(items=(large(),), in_request=True)),
        Message.of(OperationSet(operations=(Operation(operation_id=1, noun=TEXT, verb="delete"),))),
        Message.of(XmlElement("Noise", "urn:x", text=os.urandom(900).hex()[:100]), verb="created"),
    ],
    ids=["nothing", "compressed already", "several", "a query", "operations", "it would grow"],
)
def test_what_cannot_be_compressed_stays_as_it_is(message):
    body = encode(message)

    assert compressed(message, body, encode) is body


def test_what_readers_would_refuse_to_inflate_is_not_compressed():
    message = Message.of(large("x" * (DEFAULT_LIMITS.max_inflated + 1)), verb="created")
    body = encode(message)

    assert compressed(message, body, encode) is body


async def test_a_dialect_without_compressed_payloads_is_sent_as_it_is():
    async with Bus("memory:", compress_over=100, dialect="edition-2") as bus:
        with_dialect = bus.publisher.prepared(large(), verb="created")[1].body

    assert b"Compressed" not in with_dialect
    assert TEXT.encode() in with_dialect


def test_what_is_compressed_is_what_is_stored(tmp_path):
    """Compressing comes first: what is small enough then goes over the bus."""
    bus = Bus("memory:", compress_over=1_000, claim_store=tmp_path, claim_over=1_500)
    fits = bus.publisher.prepared(large(), verb="created")[1]
    stored = bus.publisher.prepared(large(os.urandom(2_000).hex()), verb="created")[1]

    assert decode(fits.body).payload.text == TEXT
    assert decode(stored.body).payload.name == "ClaimCheck"
    assert decode(stored.content).payload_area.was_compressed


def test_a_size_that_is_none_is_refused():
    with pytest.raises(ValueError, match="compress_over"):
        LargeMessages(ClaimCheck(), -1)
