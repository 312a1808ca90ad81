"""How topics are written on Kafka."""

from __future__ import annotations

from cimbus.interface.topic import Topic
from cimbus_kafka.naming import KAFKA_NAMING
from cimbus_kafka.records import topic_of


def test_all_verbs_and_keys_of_a_noun_share_a_topic():
    addresses = {
        KAFKA_NAMING.address(Topic("production", "events", "EndDeviceEvents", verb, key))
        for verb in ("created", "closed")
        for key in ("a", "b")
    }

    assert addresses == {"production.events.EndDeviceEvents"}


def test_what_kafka_does_not_take_is_escaped():
    address = KAFKA_NAMING.address(Topic("plant/7", "events", "Zähler_1", "created"))

    assert topic_of(address) == address
    assert KAFKA_NAMING.topic(address, {"Verb": "created"}).noun == "Zähler_1"
