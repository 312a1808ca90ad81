"""The transport contract over AMQP 1.0 on Artemis, plain and with TLS and a password; killed and cut on demand."""

from __future__ import annotations

import anyio.to_thread
import pytest

from cimbus.testing import TransportContract
from cimbus.testing.brokers import ArtemisBroker
from cimbus.testing.brokers.fixtures import needed
from cimbus.testing.failing import FailingContract
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.sending import SendingContract
from cimbus.testing.settling import SettlingContract

from .support import AmqpTransport

USERS = {"ana": "s3cr3t / ü"}


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """A broker of this module, which kills it."""
    needed("artemis")
    with ArtemisBroker(tmp_path_factory.mktemp("artemis")) as found:
        yield found


@pytest.fixture(scope="module")
def secure(tmp_path_factory, certificates):
    needed("artemis")
    with ArtemisBroker(tmp_path_factory.mktemp("artemis"), users=USERS, certificates=certificates) as found:
        yield found


class AmqpContract(TransportContract):
    can_restart = True
    user = ""

    @pytest.fixture(autouse=True)
    async def _way(self, broker):
        self.broker = broker
        async with FaultProxy(broker.amqp) as self.proxy:
            yield

    def transport(self):
        return AmqpTransport.from_url(self.broker.url(self.user, port=self.proxy.port, wire="amqp"))

    async def restart_broker(self):
        await anyio.to_thread.run_sync(self.broker.kill)
        await anyio.to_thread.run_sync(self.broker.start)


@pytest.mark.broker
class TestAmqp(AmqpContract):
    pass


@pytest.mark.broker
class TestTls(SendingContract, SettlingContract, FailingContract):
    """Another way to the same broker: what passes bytes, and what opens connections again and again or loses them.

    The broker does not restart: that takes seconds, and is no other with TLS.
    """

    user = "ana"
    transport = AmqpContract.transport

    @pytest.fixture(autouse=True)
    async def _way(self, secure):
        self.broker = secure
        async with FaultProxy(secure.amqp) as self.proxy:
            yield
