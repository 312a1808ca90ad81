"""What this package expects of aiokafka is there."""

from __future__ import annotations

import inspect

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from cimbus_kafka.aiokafka_types import AiokafkaAdmin, AiokafkaConsumer, AiokafkaProducer, Refused, error_of


@pytest.mark.parametrize(
    ("protocol", "client"),
    [
        (AiokafkaProducer, AIOKafkaProducer),
        (AiokafkaConsumer, AIOKafkaConsumer),
        (AiokafkaAdmin, AIOKafkaAdminClient),
    ],
)
def test_aiokafkas_clients_have_the_methods_of_the_protocols(protocol, client):
    wanted = {name for name, _ in inspect.getmembers(protocol, inspect.isfunction) if not name.startswith("_")}

    assert wanted
    assert {name for name in wanted if not callable(getattr(client, name, None))} == set()


def test_zero_is_no_error():
    assert error_of(0) is None
    assert type(error_of(36)).__name__ == "TopicAlreadyExistsError"


def test_brokers_that_are_fenced_now_take_replicas_later():
    fenced = error_of(38, None, "Unable to replicate the partition 1 time(s): All brokers are currently fenced.")
    few = error_of(38, "The target replication factor of 3 cannot be reached because only 1 broker(s) are registered.")

    assert not isinstance(fenced, Refused)
    assert "currently fenced" in str(fenced)
    assert isinstance(few, Refused)
    assert "only 1 broker" in str(few)
