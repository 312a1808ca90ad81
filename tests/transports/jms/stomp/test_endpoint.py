"""Which broker it is, and what follows from that."""

from __future__ import annotations

import pytest

from cimbus.middleware.net import connection
from cimbus_jms.stomp import StompTransport

from .answering import answering

pytestmark = [pytest.mark.anyio, pytest.mark.broker]


async def test_a_broker_that_we_do_not_know_can_be_named(monkeypatch):
    """Then naming and traits are known before we have connected."""
    monkeypatch.setattr(connection, "LEAVE_TIMEOUT", 0.1)  # it does not answer when we leave
    answer = b"CONNECTED\nversion:1.2\nserver:Other/1\n\n\0"
    async with answering(answer) as (url, heard):
        transport = StompTransport(url + "?dialect=artemis&connect_timeout=20")
        assert transport.naming.template == "{CONTEXT}.{KIND}.{noun}.{verb}"
        async with transport:
            assert transport.ready
    assert heard[0].command == "CONNECT"


async def test_the_naming_is_the_brokers(activemq, artemis):
    """Before we have connected it is ActiveMQ Classic's."""
    for broker, template in ((activemq, "VirtualTopic."), (artemis, "{CONTEXT}")):
        transport = StompTransport(broker.url())
        assert transport.naming.template.startswith("VirtualTopic.")
        async with transport:
            assert transport.naming.template.startswith(template)
