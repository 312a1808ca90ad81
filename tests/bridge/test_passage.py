"""What a frame is on the other side, and what a reply is here: pure."""

from __future__ import annotations

import pytest

from cimbus import DecodeError, Message, decode_header
from cimbus.bridge import Mapping
from cimbus.bridge.passage import End, Passage
from cimbus.codecs import DEFAULT_LIMITS
from cimbus.frame import Frame
from cimbus.naming import JMS_NAMING, MQTT_NAMING
from cimbus.nouns import GetMeterReadings
from cimbus.wire import pack


def passage(mapping=None):
    return Passage(
        source=End("field", MQTT_NAMING, DEFAULT_LIMITS),
        target=End("platform", JMS_NAMING, DEFAULT_LIMITS),
        mapping=mapping,
        keep=60,
    )


def request(**header):
    message = Message.of(GetMeterReadings(), reply_address="topic:production/replies/X/reply/me", **header)
    return pack(message, message.topic("M-1"))


@pytest.mark.parametrize("mapping", [None, Mapping("queue:ASK.{noun}")])
def test_a_request_asks_for_its_replies_here(mapping):
    """Wherever it goes to, a literal queue too: header and properties say the same."""
    there = passage(mapping).there(request(correlation_id="c"), 0.0)
    header = decode_header(there.body)
    assert header.reply_address == there.properties["ReplyAddress"] == "topic:PRODUCTION.REPLIES.MeterReadings.reply"
    assert header.correlation_id == there.properties["CorrelationID"] == "c"
    assert there.address == (None if mapping is None else "queue:ASK.MeterReadings")
    assert there.properties["Hops"] == "field"


def test_a_reply_goes_to_where_its_request_came_from():
    way = passage()
    there = way.there(request(correlation_id="c"), 0.0)
    back = way.back(Frame(topic=there.topic, body=there.body, properties={"CorrelationID": "c", "Noun": "X"}))
    assert back is not None
    assert (back.topic.kind, back.topic.noun, back.topic.key) == ("replies", "X", "me")
    assert back.properties["Hops"] == "platform"


def test_a_reply_that_nobody_asked_for_is_left_alone():
    assert passage().back(Frame(topic=request().topic, body=b"", properties={"CorrelationID": "other"})) is None


def test_a_request_that_wants_no_reply_is_not_opened_anew():
    frame = request(ack_required=False)
    assert passage().there(frame, 0.0).body == frame.body


def test_what_cannot_be_read_is_said():
    with pytest.raises(DecodeError):
        passage().there(Frame(topic=request().topic, body=b"<no"), 0.0)
