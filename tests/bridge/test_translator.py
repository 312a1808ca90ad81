"""What a frame is on the other side, and what a reply is here: pure."""

from __future__ import annotations

import pytest

from cimbus import DecodeError, Message, decode_header
from cimbus.application.marshal import pack
from cimbus.bridge import TopicMapping
from cimbus.bridge.translator import BridgeEnd, Translator
from cimbus.interface.codecs import DEFAULT_LIMITS
from cimbus.middleware.frame import Frame
from cimbus.nouns import GetMeterReadings
from cimbus_jms.destinations import JMS_NAMING
from cimbus_mqtt.subscription import MQTT_NAMING


def translator(mapping=None):
    return Translator(
        source=BridgeEnd("field", MQTT_NAMING, DEFAULT_LIMITS),
        target=BridgeEnd("platform", JMS_NAMING, DEFAULT_LIMITS),
        mapping=mapping,
        keep=60,
    )


def request(**header):
    message = Message.of(GetMeterReadings(), reply_address="topic:production/replies/X/reply/me", **header)
    return pack(message, message.topic("M-1"))


@pytest.mark.parametrize("mapping", [None, TopicMapping("queue:ASK.{noun}")])
def test_a_request_asks_for_its_replies_here(mapping):
    """Wherever it goes to, a literal queue too: header and properties say the same."""
    there = translator(mapping).forward(request(correlation_id="c"), 0.0)
    header = decode_header(there.body)
    assert header.reply_address == there.properties["ReplyAddress"] == "topic:PRODUCTION.REPLIES.MeterReadings.reply"
    assert header.correlation_id == there.properties["CorrelationID"] == "c"
    assert there.address == (None if mapping is None else "queue:ASK.MeterReadings")
    assert there.properties["Hops"] == "field"


def test_a_reply_goes_to_where_its_request_came_from():
    way = translator()
    there = way.forward(request(correlation_id="c"), 0.0)
    back, _ = way.back(Frame(topic=there.topic, body=there.body, properties={"CorrelationID": "c", "Noun": "X"}))
    assert back is not None
    assert (back.topic.kind, back.topic.noun, back.topic.key) == ("replies", "X", "me")
    assert back.properties["Hops"] == "platform"


@pytest.mark.parametrize("header", [{}, {"correlation_id": "c"}], ids=["no CorrelationID", "CorrelationID"])
def test_what_a_foreign_requester_wants_back_is_kept_here(header):
    """It is not shown to the other side, whose replies have what was sent there."""
    way = translator()
    asked = request(**header)
    asked = Frame(topic=asked.topic, body=asked.body, properties={**asked.properties, "CorrelationData": "%00%FF"})
    there = way.forward(asked, 0.0)
    assert "CorrelationData" not in there.properties
    names = {"CorrelationID": there.properties["CorrelationID"], "CorrelationData": "theirs", "Noun": "X"}
    back, _ = way.back(Frame(topic=there.topic, body=there.body, properties=names))
    assert back is not None
    assert back.properties["CorrelationData"] == "%00%FF"


def test_a_reply_without_a_request_is_left_alone():
    assert translator().back(Frame(topic=request().topic, body=b"", properties={"CorrelationID": "other"})) is None


def test_a_request_that_wants_no_reply_is_not_opened_anew():
    frame = request(ack_required=False)
    assert translator().forward(frame, 0.0).body == frame.body


def test_what_cannot_be_read_is_said():
    with pytest.raises(DecodeError):
        translator().forward(Frame(topic=request().topic, body=b"<no"), 0.0)
