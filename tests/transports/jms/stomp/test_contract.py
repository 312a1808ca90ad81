"""The transport contract over STOMP, at ActiveMQ Classic and at Artemis, with brokers that are killed and cut off."""

from __future__ import annotations

import anyio.to_thread
import pytest

from cimbus.testing import TransportContract
from cimbus.testing.brokers import ActiveMQBroker, ArtemisBroker
from cimbus.testing.brokers.fixtures import needed
from cimbus.testing.proxy import FaultProxy
from cimbus_jms.stomp import StompTransport


class StompContract(TransportContract):
    can_restart = True
    options = {}

    @pytest.fixture(autouse=True)
    async def _way(self, broker):
        self.broker = broker
        async with FaultProxy(broker.port) as self.proxy:
            yield

    def transport(self):
        return StompTransport.from_url(self.broker.url(port=self.proxy.port, **self.options))

    async def restart_broker(self):
        await anyio.to_thread.run_sync(self.broker.restart)


@pytest.fixture(scope="module")
def classic(tmp_path_factory):
    """A broker of this module, which restarts it."""
    needed("activemq")
    with ActiveMQBroker(tmp_path_factory.mktemp("activemq")) as found:
        yield found


@pytest.fixture(scope="module")
def fresh_artemis(tmp_path_factory):
    """One as ``artemis create`` makes it: it knows no prefixes."""
    needed("artemis")
    with ArtemisBroker(tmp_path_factory.mktemp("artemis"), prefixes=False) as found:
        yield found


class TestActiveMQ(StompContract):
    @pytest.fixture
    def broker(self, classic):
        return classic


class TestArtemis(StompContract):
    options = {"dialect": "artemis"}
    tries = 2  # of a connection that broke, 2.40 now and then hides a message until it restarts (see ``artemis``)

    @pytest.fixture
    def broker(self, fresh_artemis):
        return fresh_artemis
