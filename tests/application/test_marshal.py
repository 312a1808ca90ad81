"""Messages to frames and back: the routing fields are mirrored, and the bytes read again as the message."""

from __future__ import annotations

import pytest

from cimbus import DecodeError, EncodeError, Message
from cimbus.application.marshal import pack, unpack
from cimbus.interface.envelope import Error

from .support import event, frame, query, unwritable


@pytest.mark.parametrize("format_", ["xml", "json"])
def test_a_message_comes_back(format_):
    message = Message.of(event(), source="HES", context="TEST", revision="1", correlation_id="c-1")
    packed = pack(message, message.topic("UP-1"), format_)
    assert unpack(packed) == message
    assert packed.properties == {
        "Verb": "created",
        "Noun": "EndDeviceEvents",
        "ContentType": f"application/{format_}",
        "MessageID": message.header.message_id,
        "CorrelationID": "c-1",
        "Source": "HES",
        "Context": "TEST",
        "Revision": "1",
        "Key": "UP-1",
    }


def test_what_is_not_said_is_not_mirrored():
    message = Message.of(query(), message_id="m-1", reply_address="topic:a")
    packed = pack(message, message.topic())
    assert packed.properties == {
        "Verb": "get",
        "Noun": "MeterReadings",
        "ContentType": "application/xml",
        "MessageID": "m-1",
        "ReplyAddress": "topic:a",
    }


def test_a_fault_is_completed_from_its_frame():
    fault = Message.of(query(), message_id="m-1").fault(Error(code="1.8"), source="MDM")
    got = unpack(pack(fault, fault.topic()))
    assert (got.header.noun, got.header.correlation_id, got.header.source) == ("MeterReadings", "m-1", "MDM")
    assert [error.code for error in got.errors] == ["1.8"]


def test_what_cannot_be_written_or_read_is_said():
    message = Message.of(unwritable())
    with pytest.raises(EncodeError):
        pack(message, message.topic())
    with pytest.raises(DecodeError):
        unpack(frame(b"<x/>"))
