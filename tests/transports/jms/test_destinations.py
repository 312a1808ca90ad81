"""Topics and queues: literal addresses, and how our topics are written."""

from __future__ import annotations

import pytest

from cimbus.errors import UsageError
from cimbus.interface.topic import Pattern, Topic
from cimbus.middleware.naming import Naming
from cimbus_jms.destinations import ARTEMIS_NAMING, CLASSIC_NAMING, Destination, read_address
from cimbus_jms.stomp.endpoint import DIALECTS

CLASSIC, ARTEMIS = DIALECTS["activemq"], DIALECTS["artemis"]

TOPIC = Topic("test", "events", "EndDeviceEvents", "created", "k")


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("A.B", "topic", "A.B"),
        ("topic:A.B", "topic", "A.B"),
        ("queue:A.B", "queue", "A.B"),
        ("queue:/remote-temp-queue/ID:host-1:1", "queue", "/remote-temp-queue/ID:host-1:1"),
        ("topic:temp-topic://6f1c", "topic", "temp-topic://6f1c"),
    ],
)
def test_literal_addresses(text, kind, name):
    assert read_address(text) == Destination(kind, name)
    assert read_address(str(Destination(kind, name))) == Destination(kind, name)


@pytest.mark.parametrize("text", ["", "topic:", "queue:", "A.*.B", "topic:A.>", "queue:A,B", "queue:A?x=1", "A\nB"])
def test_what_cannot_be_sent_to(text):
    with pytest.raises(ValueError, match="destination"):
        read_address(text)


def test_topics():
    assert CLASSIC_NAMING.address(TOPIC) == "VirtualTopic.TEST.EVENTS.EndDeviceEvents.created"
    assert ARTEMIS_NAMING.address(TOPIC) == "TEST.EVENTS.EndDeviceEvents.created"
    pattern = Pattern(context="test", noun="EndDeviceEvents")
    assert CLASSIC_NAMING.filter(pattern) == "VirtualTopic.TEST.*.EndDeviceEvents.>"
    assert ARTEMIS_NAMING.filter(pattern) == "TEST.*.EndDeviceEvents.#"
    copied = {"destination": "/queue/Consumer.g.X", "original-destination": "/topic/VirtualTopic.A"}
    assert CLASSIC.topic(copied) == "VirtualTopic.A"
    assert CLASSIC.topic({"destination": "/topic/A"}) == "A"
    assert ARTEMIS.topic({"destination": "A"}) == ARTEMIS.topic({"destination": "/topic/A"}) == "A"


def test_templates():
    assert Naming.from_option("", ARTEMIS_NAMING) is ARTEMIS_NAMING
    assert Naming.from_option("X.{noun}", CLASSIC_NAMING).syntax is CLASSIC_NAMING.syntax
    with pytest.raises(UsageError, match="template"):
        Naming.from_option("{nonsense}", CLASSIC_NAMING)
