"""What makes two deliveries the same message."""

from __future__ import annotations

import pytest

from cimbus import Message, encode
from cimbus.interface.identity import MessageIdentity
from cimbus.nouns import MeterReadings


def identity(message, format_="xml"):
    return MessageIdentity.of(message.header.message_id, message.header.source, encode(message, format_))


@pytest.mark.parametrize("format_", ["xml", "json"])
def test_a_message_that_is_published_again_is_the_same_though_its_timestamp_is_new(format_):
    first, again = (Message.of(MeterReadings(), message_id="m-1", source="HES") for _ in range(2))
    again = again.replace(timestamp=again.header.timestamp.replace(year=2031))

    assert encode(first, format_) != encode(again, format_)
    assert identity(first, format_) == identity(again, format_)


@pytest.mark.parametrize("change", [{"source": "SCADA"}, {"message_id": "m-2"}, {"verb": "deleted"}, {"comment": "x"}])
def test_another_header_is_another_message(change):
    message = Message.of(MeterReadings(), message_id="m-1", source="HES")

    assert identity(message) != identity(message.replace(**change))


def test_a_body_without_a_timestamp_has_an_identity_too():
    assert MessageIdentity.of("1", None, b"") != MessageIdentity.of("1", None, b"x")
