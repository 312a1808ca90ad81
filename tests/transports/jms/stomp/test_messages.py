"""Frames of cimbus as messages of STOMP, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus_jms.options import StompOptions
from cimbus_jms.properties import is_text
from cimbus_jms.stomp.codec import StompFrame
from cimbus_jms.stomp.endpoint import DIALECTS
from cimbus_jms.stomp.frame_parser import FrameParser
from cimbus_jms.stomp.messages import StompReader, StompWriter
from transports.jms.names import NAMES, TEXT

CLASSIC, ARTEMIS = DIALECTS["activemq"], DIALECTS["artemis"]


RESERVED = {"JMSPriority", "JMSExpiration", "JMSXGroupID", "Key"}


TOPIC = Topic("test", "events", "N", "created", "k")


def delivered(data, dialect):
    """What a broker makes of a SEND, as seen at both."""
    (sent,) = FrameParser().feed(data)
    headers = dict(sent.headers)
    headers |= {"message-id": "1,2", "subscription": "0", "timestamp": "1", "ack": "1", "redelivered": "false"}
    headers.setdefault("priority", "4")
    headers.setdefault("expires", "0")
    if group := headers.pop("JMSXGroupID", None):
        headers[dialect.group] = group
    headers.setdefault("content-length", str(len(sent.body)))
    return StompFrame("MESSAGE", headers, sent.body)


@given(st.dictionaries(NAMES.filter(lambda name: name not in RESERVED), TEXT, max_size=6), st.binary(max_size=40), TEXT)
def test_a_frame_comes_back_as_it_was(properties, body, key):
    topic = Topic("test", "events", "N", "created", key)
    frame = Frame(topic=topic, body=body, properties={**properties, **({"Key": key} if key else {})})
    for dialect in (CLASSIC, ARTEMIS):
        written = StompWriter(dialect, dialect.naming, StompOptions()).write(frame)
        found = StompReader(dialect, dialect.naming).read(delivered(written.write(), dialect))
        assert dict(found.properties) == dict(frame.properties)
        assert found.body == body
        assert found.topic.key == key


@pytest.mark.parametrize(
    "properties", [{"JMSPriority": "10"}, {"JMSPriority": "x"}, {"JMSPriority": "-1"}, {"JMSExpiration": "1.5"}]
)
def test_fields_that_are_no_numbers_are_refused(properties):
    with pytest.raises(ValueError, match=next(iter(properties))):
        StompWriter(CLASSIC, CLASSIC.naming, StompOptions()).write(Frame(topic=TOPIC, body=b"", properties=properties))


@pytest.mark.parametrize(
    ("content", "body", "text"),
    [
        ("application/xml", b"<a/>", True),
        ("application/json; charset=utf-8", "ä".encode(), True),
        ("text/plain", b"x", True),
        ("application/xml", b"a\0b", False),
        ("application/xml", b"\xff", False),
        ("application/octet-stream", b"x", False),
        (None, b"<a/>", False),
    ],
)
def test_what_is_a_text_message(content, body, text):
    assert is_text(content, body) is text
    properties = {"ContentType": content} if content else {}
    written = StompWriter(CLASSIC, CLASSIC.naming, StompOptions()).write(
        Frame(topic=TOPIC, body=body, properties=properties)
    )
    assert (b"content-length" not in written.head) is text


def test_what_is_too_long_for_classic_is_refused_before_it_would_end_the_connection():
    for properties in ({"Area": "x" * 11_000}, {"Area": ":" * 6_000}, {"CorrelationID": "ü" * 6_000}):
        frame = Frame(topic=TOPIC, body=b"", properties=properties)
        with pytest.raises(ValueError, match=next(iter(properties))):
            StompWriter(CLASSIC, CLASSIC.naming, StompOptions()).write(frame)
        assert StompWriter(ARTEMIS, ARTEMIS.naming, StompOptions()).write(frame)
    just = Frame(topic=TOPIC, body=b"", properties={"Area": "x" * 10_000})
    assert StompWriter(CLASSIC, CLASSIC.naming, StompOptions()).write(just)


def test_messages_of_others():
    """Without our properties, and with what brokers add to theirs."""
    headers = {
        "destination": "TEST.EVENTS.EndDeviceEvents.created", "priority": "4", "expires": "0", "content-length": "1",
        "__HDR_COMMAND_ID": "4", "_AMQ_GROUP_SEQUENCE": "0", "JMS_AMQP_x": "1", "number": "42", "subscription": "0",
        "reply-to": "temp-queue://6f1c", "correlation-id": "c", "type": "T",
    }  # fmt: skip
    found = StompReader(ARTEMIS, ARTEMIS.naming).read(StompFrame("MESSAGE", headers, b"x"))
    assert found.topic == Topic("test", "events", "EndDeviceEvents", "created")
    assert dict(found.properties) == {
        "number": "42",
        "ReplyAddress": "queue:temp-queue://6f1c",
        "CorrelationID": "c",
        "JMSType": "T",
    }


@pytest.mark.parametrize(
    "wire",
    [
        StompFrame("MESSAGE", {"destination": "TEST.EVENTS.N.created"}),
        StompFrame("MESSAGE", {"destination": "SOMETHING", "content-length": "0"}),
        StompFrame("MESSAGE", {"content-length": "0"}),
    ],
)
def test_what_is_not_ours(wire):
    with pytest.raises(ValueError, match=r"body|address"):
        StompReader(ARTEMIS, ARTEMIS.naming).read(wire)
