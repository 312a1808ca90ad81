"""What a message holds: its kind and topic, and a payload that is decoded when it is first looked at."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import cimbus
from cimbus import Header, Kind, Message, MessageType, ResultKind, nouns
from cimbus.interface.envelope import Reply

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


EVENTS = nouns.EndDeviceEvents()


def request(verb: str = "create", **header) -> Message:
    return Message.of(EVENTS, verb=verb, **{"message_id": "m-1", "timestamp": NOW, **header})


@pytest.mark.parametrize(
    ("verb", "root"),
    [
        ("get", MessageType.request),
        ("delete", MessageType.request),
        ("changed", MessageType.event),
        ("reply", MessageType.response),
    ],
)
def test_the_verb_says_which_envelope_it_is(verb, root):
    assert Message(Header(verb=verb, noun="X")).message_type is root


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (Message(Header(verb="created", noun="X"), message_type=MessageType.event), Kind.events),
        (Message(Header(verb="created", noun="X"), message_type=MessageType.request), Kind.requests),
        (Message(Header(verb="created", noun="X"), message_type=MessageType.response), Kind.replies),
        (Message(Header(verb="created", noun="X"), message_type=MessageType.fault), Kind.replies),
        (Message(Header(verb="created", noun="X"), message_type=MessageType.message), Kind.events),
        (Message(Header(verb="get", noun="X"), message_type=MessageType.message), Kind.requests),
        (
            Message(Header(verb="get", noun="X"), message_type=MessageType.message, reply=Reply(result=ResultKind.OK)),
            Kind.replies,
        ),
    ],
)
def test_the_kind_is_that_of_the_envelope_and_of_a_generic_message_that_of_its_verb(message, kind):
    assert message.kind is kind


def test_the_topic_is_made_of_context_kind_noun_and_verb():
    topic = request(context="TESTING").topic("key-1")

    assert (topic.context, topic.kind, topic.noun, topic.verb, topic.key) == (
        "testing",
        "requests",
        "EndDeviceEvents",
        "create",
        "key-1",
    )
    assert Message(Header(verb="reply", noun=""), message_type=MessageType.fault).topic().noun == "Unknown"


def test_a_message_is_equal_by_value_and_cannot_be_hashed():
    assert request() == request()
    assert request() != "text"
    with pytest.raises(TypeError):
        hash(request())
    assert repr(request()) == "<RequestMessage create EndDeviceEvents m-1>"


def lenient() -> Message:
    data = cimbus.encode(Message.of(EVENTS)).replace(b"EndDeviceEvents#", b"EndDeviceEvents-2#")
    return cimbus.decode(data)


def test_a_payload_is_decoded_once_when_it_is_first_looked_at(monkeypatch):
    from cimbus.interface.codecs.xml import payload

    calls = []
    real = payload.read_payload
    monkeypatch.setattr(payload, "read_payload", lambda *args: calls.append(1) or real(*args))

    read = lenient()
    _ = read.header, read.result, read.kind, read.topic(), repr(read)
    assert calls == []
    copy = read.replace(source="X")
    _ = copy.payload, read.payload, copy.notes, read.notes, copy.payloads
    assert calls == [1]


def test_a_copy_has_the_notes_of_the_original_whichever_is_opened_first():
    for first in (0, 1):
        read = lenient()
        pair = (read, read.replace(source="X"), read.replace(source="Y").replace(source="Z"))
        _ = pair[first].payload
        assert len(read.notes) == 1
        assert [message.notes for message in pair] == [read.notes] * 3


def test_a_message_without_payload_has_none():
    made = Message.of(None, verb="delete", noun="X")

    assert (made.payload, made.payloads, made.notes, made.errors, made.result) == (None, (), (), (), None)
