"""The brokers of a URL, and what aiokafka is configured with."""

from __future__ import annotations

import ssl

import pytest

from cimbus.errors import UsageError
from cimbus.middleware.net import Address
from cimbus_kafka.cluster import Cluster
from cimbus_kafka.options import KafkaOptions

HERE = Address(scheme="kafka", host="a", port=9092)
ANA = Address(scheme="kafka", host="a", port=9092, user="ana", password="secret")


def test_further_brokers_have_the_port_of_the_first_unless_they_name_one():
    cluster = Cluster(HERE, KafkaOptions(also="b, c:1,[::1]:2"), None)

    assert cluster.servers == [("a", 9092), ("b", 9092), ("c", 1), ("::1", 2)]
    assert cluster.settings["bootstrap_servers"] == ["a:9092", "b:9092", "c:1", "[::1]:2"]


@pytest.mark.parametrize("also", ["b:x", ":1", "b:0", "b:70000"])
def test_a_broker_that_is_not_written_as_one_is_refused(also):
    with pytest.raises(UsageError, match="also"):
        Cluster(HERE, KafkaOptions(also=also), None)


@pytest.mark.parametrize(
    ("address", "tls", "protocol"),
    [(HERE, False, "PLAINTEXT"), (HERE, True, "SSL"), (ANA, False, "SASL_PLAINTEXT"), (ANA, True, "SASL_SSL")],
)
def test_the_protocol_follows_from_tls_and_the_user(address, tls, protocol):
    context = ssl.create_default_context() if tls else None
    security = Cluster(address, KafkaOptions(), context).security

    assert security["security_protocol"] == protocol
    assert ("sasl_plain_username" in security) == (address is ANA)


def test_a_user_without_a_password_is_refused():
    with pytest.raises(UsageError, match="password"):
        Cluster(Address(scheme="kafka", host="a", port=9092, user="ana"), KafkaOptions(), None)
