"""Options that every broker's transport has."""

from __future__ import annotations

import pytest

from cimbus.middleware.discovery import open_transport
from cimbus_kafka import KafkaTransport


@pytest.mark.anyio
@pytest.mark.parametrize("scheme", ["mqtt", "jms+stomp", "jms+amqp"])
async def test_the_longest_pause_of_a_session_is_that_of_the_options(scheme):
    if scheme == "jms+amqp":
        pytest.importorskip("proton")
    for query, longest in (("", 3.0), ("?reconnect_backoff_max=7", 7.0), ("?reconnect_backoff_max=0.01", 0.01)):
        _, session = open_transport(f"{scheme}://localhost/{query}")._begin()

        assert session._backoff.longest == longest


def test_kafka_has_the_option_too():
    options = KafkaTransport.from_url("kafka://localhost/?reconnect_backoff_max=7").options

    assert options.backoff().longest == 7.0
