"""Frames as JMS messages, and back."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import NoContentError
from cimbus_jms.destinations import Destination

from .support import proton

from cimbus_jms.amqp.jms_mapping import MessageWriter, UnsupportedMessageError, read_message  # isort: skip
from cimbus_jms.amqp.sections import MessageSections, read_sections, write_sections  # isort: skip

TOPIC = Topic("production", "events", "EndDeviceEvents", "created", "m1")


TO = Destination("topic", "PRODUCTION.EVENTS.EndDeviceEvents.created")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


names = st.text("abcXYZ_09", min_size=1, max_size=12).filter(lambda name: not name.startswith(("JMS", "Cim_", "_")))


@given(properties=st.dictionaries(names | texts, texts, max_size=8), body=st.binary(max_size=100))
@settings(max_examples=150, deadline=None)
def test_a_frame_comes_back_whole(properties, body):
    """Whatever is in its properties, names that Java has not included."""
    for name in ("JMSPriority", "JMSExpiration", "JMSXGroupID"):
        properties.pop(name, None)
    properties["Key"] = "m1"
    frame = Frame(topic=TOPIC, body=body, properties=properties)
    found = read_message(MessageWriter().write(frame, TO))
    assert (found.address, found.body, found.failures) == (TO.name, body, 0)
    assert found.properties == properties


@pytest.mark.parametrize(
    "properties",
    [
        {"CorrelationID": "c1", "ReplyAddress": "queue:A", "JMSType": "T", "JMSPriority": "0", "JMSExpiration": "9"},
        {"CorrelationID": "", "JMSType": "", "ReplyAddress": ""},
        {"ReplyAddress": "topic:a/b/c", "ContentType": "application/xml"},
        {"ReplyAddress": "bare", "JMSXGroupID": "other"},
        {"ReplyAddress": "queue:temp-queue://x?y#z"},
    ],
)
def test_what_jms_has_a_place_for_comes_back_from_there(properties):
    frame = Frame(topic=TOPIC, body=b"<x/>", properties=properties)
    found = read_message(MessageWriter().write(frame, TO))
    assert found.properties == {**properties, "Key": "m1"}


def test_each_message_has_an_id_and_its_own_life():
    writer = MessageWriter(time_to_live=2.5, priority=6, durable=False, now=lambda: 1000.0)
    usual = read_sections(writer.write(Frame(topic=TOPIC, body=b""), TO))
    own = read_sections(
        writer.write(Frame(topic=TOPIC, body=b"", properties={"JMSExpiration": "1000100", "JMSPriority": "1"}), TO)
    )
    assert (usual.expiry, usual.ttl, usual.priority, usual.durable) == (1_002_500, 2_500, 6, False)
    assert (own.expiry, own.ttl, own.priority) == (1_000_100, 100, 1)
    assert usual.message_id != own.message_id
    assert usual.created == 1_000_000


@pytest.mark.parametrize(("kind", "body"), [(1, b"x"), (2, {"a": 1}), (4, [1]), (None, {"a": 1}), (None, 5)])
def test_what_holds_no_document_is_not_ours(kind, body):
    annotations = {} if kind is None else {proton.symbol("x-opt-jms-msg-type"): proton.byte(kind)}
    message = proton.Message(body=body, address="a", annotations=annotations)
    with pytest.raises(UnsupportedMessageError):
        read_message(bytes(message.encode()))


def test_delivery_count_and_foreign_ids():
    for identity in (7, uuid.UUID(int=1), "ID:x"):
        message = proton.Message(body="x", address="topic://A.B", id=identity, correlation_id=identity)
        message.delivery_count = 3
        found = read_message(bytes(message.encode()))
        assert (found.message_id, found.failures, found.address) == (identity, 3, "A.B")
        assert found.properties["CorrelationID"] == str(identity)


NOTHING = b""
"""As Artemis 2.40 once delivered a message after a restart."""
HEADER = b"\0\x53\x70\xc0\2\1\x41"
SEVEN = b"\0\x53\x70\xc0\7\5\x41\x40\x40\x40\x52\7"
"""A header with a delivery-count."""
NO_DATA = -len(b"\0\x53\x75\xa0\0")


@pytest.mark.parametrize(
    ("lost", "failures"),
    [
        (NOTHING, 0),
        (HEADER, 0),
        (SEVEN, 7),
        (write_sections(MessageSections(annotations={"x-opt-jms-msg-type": 5}, to="T"))[:NO_DATA], 0),
        (write_sections(MessageSections(properties={"ContentType": "application/xml"}, to="T")), 0),
    ],
)
def test_a_message_that_lost_its_content_is_told_from_one_without_a_body(lost, failures):
    with pytest.raises(NoContentError) as caught:
        read_message(lost)

    assert caught.value.failures == failures


def test_a_peer_may_send_a_message_without_a_body():
    bare = write_sections(MessageSections(to="T"))[:NO_DATA]
    told = write_sections(MessageSections(properties={"Noun": "X"}))[:NO_DATA]
    kind = write_sections(MessageSections(annotations={"x-opt-jms-msg-type": 0}))[:NO_DATA]

    assert [read_message(data).body for data in (bare, told, kind)] == [b"", b"", b""]
