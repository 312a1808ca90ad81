"""A frame's properties as JMS has them, and back; and whole frames as STOMP writes and reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimbus.errors import SendError
from cimbus.frame import Frame
from cimbus.topic import Topic
from cimbus_jms.properties import frame_name, is_text, java_name, write_label
from cimbus_jms.stomp.codec import Frame as Wire
from cimbus_jms.stomp.codec import Scanner
from cimbus_jms.stomp.dialects import DIALECTS
from cimbus_jms.stomp.messages import Reader, Writer
from cimbus_jms.stomp.options import StompOptions

CLASSIC, ARTEMIS = DIALECTS["activemq"], DIALECTS["artemis"]
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
WORDS = st.sampled_from(
    [
        "Verb",
        "CorrelationID",
        "ReplyAddress",
        "JMSType",
        "JMSPriority",
        "type",
        "id",
        "NULL",
        "Cim_x",
        "JMSFoo",
        "_x",
        "",
    ]
)
NAMES = st.one_of(WORDS, TEXT)
RESERVED = {"JMSPriority", "JMSExpiration", "JMSXGroupID", "Key"}
HELD = {"Context": "test", "Noun": "N", "Verb": "v"}
TOPIC = Topic("test", "events", "N", "created", "k")


@given(NAMES)
def test_names_come_back_and_are_legal_in_java(name):
    written = java_name(name)

    assert written.isidentifier() or "$" in written
    assert written.isascii()
    assert frame_name(written) == name


@pytest.mark.parametrize("name", ["type", "receipt", "JMSXGroupID", "_AMQ_x", "NULL", "a-b", "a:b", "9a", "", "Zähler"])
def test_names_that_others_have_are_written_otherwise(name):
    assert java_name(name).startswith("Cim_")


@pytest.mark.parametrize("name", ["Cim_", "Cim_zz_", "Cim__FF", "Cim_plain", "Area"])
def test_names_that_we_did_not_write_stay_as_they_are(name):
    assert java_name(frame_name(name)) == name or frame_name(name) == name


def delivered(data, dialect):
    """What a broker makes of a SEND, as seen at both."""
    (sent,) = Scanner().feed(data)
    headers = dict(sent.headers)
    headers |= {"message-id": "1,2", "subscription": "0", "timestamp": "1", "ack": "1", "redelivered": "false"}
    headers.setdefault("priority", "4")
    headers.setdefault("expires", "0")
    if group := headers.pop("JMSXGroupID", None):
        headers[dialect.group] = group
    headers.setdefault("content-length", str(len(sent.body)))
    return Wire("MESSAGE", headers, sent.body)


@given(st.dictionaries(NAMES.filter(lambda name: name not in RESERVED), TEXT, max_size=6), st.binary(max_size=40), TEXT)
def test_a_frame_comes_back_as_it_was(properties, body, key):
    topic = Topic("test", "events", "N", "created", key)
    frame = Frame(topic=topic, body=body, properties={**properties, **({"Key": key} if key else {})})
    for dialect in (CLASSIC, ARTEMIS):
        written = Writer(dialect, dialect.naming, StompOptions()).write(frame)
        assert not isinstance(written, SendError)
        found = Reader(dialect, dialect.naming).read(delivered(written.write(), dialect))
        assert dict(found.properties) == dict(frame.properties)
        assert found.body == body
        assert found.topic.key == key


def test_fields_of_the_header():
    given = {"JMSPriority": "9", "JMSExpiration": "5000", "JMSType": "T", "JMSXGroupID": "g", "CorrelationID": "c"}
    label = write_label(given, "k", priority=4, time_to_live=0, now=0)
    assert (label.priority, label.expiration, label.type, label.group, label.correlation_id) == (9, 5000, "T", "g", "c")
    assert dict(label.properties) == {"Key": "k"}

    label = write_label({}, "", priority=2, time_to_live=1.5, now=10)
    assert (label.priority, label.expiration, label.group) == (2, 11_500, "")


@pytest.mark.parametrize(
    "properties", [{"JMSPriority": "10"}, {"JMSPriority": "x"}, {"JMSPriority": "-1"}, {"JMSExpiration": "1.5"}]
)
def test_fields_that_are_no_numbers_are_refused(properties):
    written = Writer(CLASSIC, CLASSIC.naming, StompOptions()).write(Frame(topic=TOPIC, body=b"", properties=properties))
    assert isinstance(written, SendError)
    assert next(iter(properties)) in str(written)


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
    written = Writer(CLASSIC, CLASSIC.naming, StompOptions()).write(
        Frame(topic=TOPIC, body=body, properties=properties)
    )
    assert (b"content-length" not in written.head) is text


def test_what_is_too_long_for_classic_is_refused_before_it_would_end_the_connection():
    for properties in ({"Area": "x" * 11_000}, {"Area": ":" * 6_000}, {"CorrelationID": "ü" * 6_000}):
        frame = Frame(topic=TOPIC, body=b"", properties=properties)
        refused = Writer(CLASSIC, CLASSIC.naming, StompOptions()).write(frame)
        assert isinstance(refused, SendError)
        assert next(iter(properties)) in str(refused)
        assert not isinstance(Writer(ARTEMIS, ARTEMIS.naming, StompOptions()).write(frame), SendError)
    just = Frame(topic=TOPIC, body=b"", properties={"Area": "x" * 10_000})
    assert not isinstance(Writer(CLASSIC, CLASSIC.naming, StompOptions()).write(just), SendError)


def test_messages_of_others():
    """Without our properties, and with what brokers add to theirs."""
    headers = {
        "destination": "TEST.EVENTS.EndDeviceEvents.created", "priority": "4", "expires": "0", "content-length": "1",
        "__HDR_COMMAND_ID": "4", "_AMQ_GROUP_SEQUENCE": "0", "JMS_AMQP_x": "1", "number": "42", "subscription": "0",
        "reply-to": "temp-queue://6f1c", "correlation-id": "c", "type": "T",
    }  # fmt: skip
    found = Reader(ARTEMIS, ARTEMIS.naming).read(Wire("MESSAGE", headers, b"x"))
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
        Wire("MESSAGE", {"destination": "TEST.EVENTS.N.created"}),
        Wire("MESSAGE", {"destination": "SOMETHING", "content-length": "0"}),
        Wire("MESSAGE", {"content-length": "0"}),
    ],
)
def test_what_is_not_ours(wire):
    with pytest.raises(ValueError, match=r"body|address"):
        Reader(ARTEMIS, ARTEMIS.naming).read(wire)
