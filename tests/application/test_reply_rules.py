"""Where a reply may be sent."""

from __future__ import annotations

import pytest

from cimbus import Topic
from cimbus.application.reply_rules import ReplyRules

REPLIES = Topic("production", "replies", "MeterReadings", "reply", "k")
EVENTS = Topic("production", "events", "EndDeviceEvents", "created")


@pytest.mark.parametrize(
    "address",
    [
        "queue:/remote-temp-queue/ID:host-1:1",
        "queue:temp-queue://6f1c",
        "topic:temp-topic://6f1c",
        "queue:ID:host-38731-1763-2:3:1",
        "queue:0a1b2c3d-0000-4444-8888-0123456789ab",
    ],
)
def test_a_temporary_destination_is_allowed(address):
    assert ReplyRules().allow(REPLIES, address, address)


@pytest.mark.parametrize("address", ["queue:OUTAGES", "topic:x/ID:y", "queue:my-temp-queue://", "0a1b2c3d"])
def test_another_destination_is_not_allowed_unless_named(address):
    assert not ReplyRules().allow(REPLIES, address, address)
    assert ReplyRules(["other", address]).allow(REPLIES, address, address)


def test_one_address_needs_no_list():
    """A text is not taken for a list of its characters, of which ``*`` would allow everything."""
    rules = ReplyRules("queue:REPLIES.*")

    assert rules.allow(REPLIES, "queue:REPLIES.MDM", None)
    assert not rules.allow(REPLIES, "queue:OUTAGES", None)


def test_a_topic_of_replies_is_allowed_and_no_other():
    assert ReplyRules().allow(REPLIES, None, "topic:production/replies/MeterReadings/reply/k")
    assert not ReplyRules().allow(EVENTS, None, "topic:production/events/EndDeviceEvents/created")
    assert ReplyRules(["topic:production/events/*"]).allow(
        EVENTS, None, "topic:production/events/EndDeviceEvents/created"
    )
