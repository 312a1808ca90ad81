"""Records of producers that know nothing of cimbus, and what they find of ours."""

from __future__ import annotations

import logging

import pytest

from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.transport import SubscriptionSpec
from transports.emptied import dead_letter_of_an_empty_body

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def receive(consumer, count):
    found = []
    while len(found) < count:
        for delivery in await consumer.receive():
            found.append(delivery.value)
            delivery.accept()
    return found


async def test_a_record_without_headers_arrives(kafka):
    where = support.context()
    async with support.transport(kafka) as transport, transport.listen(support.spec(where)) as consumer:
        await support.produce(kafka, support.topic(where), (b"meter 1", b"<EventMessage/>", []), (None, b"", []))
        found = await receive(consumer, 2)
    by_body = {frame.body: frame for frame in found}
    assert by_body[b"<EventMessage/>"].topic == Topic(where, "events", support.NOUN, "created", "meter 1")
    assert by_body[b""].topic == Topic(where, "events", support.NOUN, "created", "")
    assert not by_body[b""].properties


async def test_headers_of_others_are_properties(kafka):
    where = support.context()
    headers = [("Verb", b"changed"), ("trace", "ü".encode()), ("raw", b"\xff\x00")]
    async with support.transport(kafka) as transport, transport.listen(support.spec(where)) as consumer:
        await support.produce(kafka, support.topic(where), (b"k", b"x", headers))
        (frame,) = await receive(consumer, 1)
    assert frame.topic.verb == "changed"
    assert frame.topic.key == "k"
    assert frame.properties["trace"] == "ü"
    assert frame.properties["raw"].encode("utf-8", "surrogateescape") == b"\xff\x00"


async def test_topics_of_another_make_are_left_alone(kafka, caplog):
    """Also where a pattern is open for everything."""
    where = support.context()
    caplog.set_level(logging.WARNING, "cimbus.kafka")
    async with (
        support.transport(kafka) as transport,
        transport.listen(SubscriptionSpec(patterns=(Pattern(context=where),))) as consumer,
    ):
        await support.produce(kafka, f"{where}.more.than.three", (b"k", b"no", []))
        await support.produce(kafka, where, (b"k", b"no", []))
        await support.produce(kafka, support.topic(where), (b"k", b"yes", []))
        assert [frame.body for frame in await receive(consumer, 1)] == [b"yes"]
    assert not caplog.records


async def test_others_find_key_headers_and_body(kafka):
    where = support.context()
    async with support.transport(kafka) as transport:
        await support.sent(transport, [support.frame(where, b"body", "Zähler")])
    assert [(key, value) for _, key, value in await support.log(kafka, support.topic(where))] == [
        ("Zähler".encode(), b"body")
    ]


async def test_a_record_without_its_content_is_a_dead_letter(kafka):
    """Reading it again would bring the same: what is left of it, its headers, is kept with the reason."""
    await dead_letter_of_an_empty_body(kafka.url(**support.QUICK))
