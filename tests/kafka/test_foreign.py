"""Records of producers that know nothing of cimbus, and what they find of ours."""

from __future__ import annotations

import logging

import pytest

from cimbus.topic import Pattern, Topic
from cimbus.transport import Intake

from . import support

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def receive(inbox, count):
    found = []
    while len(found) < count:
        for delivery in await inbox.receive():
            found.append(delivery.value)
            delivery.accept()
    return found


async def test_a_record_without_headers_arrives(kafka):
    where = support.context()
    async with support.transport(kafka) as transport, transport.listen(support.intake(where)) as inbox:
        await support.produce(kafka, support.topic(where), (b"meter 1", b"<EventMessage/>", []), (None, b"", []))
        found = await receive(inbox, 2)
    by_body = {frame.body: frame for frame in found}
    assert by_body[b"<EventMessage/>"].topic == Topic(where, "events", support.NOUN, "created", "meter 1")
    assert by_body[b""].topic == Topic(where, "events", support.NOUN, "created", "")
    assert not by_body[b""].properties


async def test_headers_of_others_are_properties(kafka):
    where = support.context()
    headers = [("Verb", b"changed"), ("trace", "ü".encode()), ("raw", b"\xff\x00")]
    async with support.transport(kafka) as transport, transport.listen(support.intake(where)) as inbox:
        await support.produce(kafka, support.topic(where), (b"k", b"x", headers))
        (frame,) = await receive(inbox, 1)
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
        transport.listen(Intake(patterns=(Pattern(context=where),))) as inbox,
    ):
        await support.produce(kafka, f"{where}.more.than.three", (b"k", b"no", []))
        await support.produce(kafka, where, (b"k", b"no", []))
        await support.produce(kafka, support.topic(where), (b"k", b"yes", []))
        assert [frame.body for frame in await receive(inbox, 1)] == [b"yes"]
    assert not caplog.records


async def test_others_find_key_headers_and_body(kafka):
    where = support.context()
    async with support.transport(kafka) as transport:
        await support.sent(transport, [support.frame(where, b"body", "Zähler")])
    assert [(key, value) for _, key, value in await support.log(kafka, support.topic(where))] == [
        ("Zähler".encode(), b"body")
    ]


async def test_a_topic_that_is_made_anew_is_read_from_its_beginning(kafka):
    where = support.context()
    async with support.transport(kafka) as transport, transport.listen(support.intake(where)) as inbox:
        await support.sent(transport, support.frames(where, 5))
        assert len(await receive(inbox, 5)) == 5
        await support.remake(kafka, support.topic(where))
        await support.sent(transport, support.frames(where, 3))
        assert [frame.body for frame in await receive(inbox, 3)] == [b"0", b"1", b"2"]
