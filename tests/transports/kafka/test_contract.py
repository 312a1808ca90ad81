"""The transport contract over Kafka: in the clear, and over TLS with SCRAM; brokers are killed, connections cut."""

from __future__ import annotations

import gc

import anyio.to_thread
import pytest

from cimbus.testing import TransportContract
from cimbus.testing.brokers.fixtures import needed
from cimbus.testing.brokers.kafka import SCRAM, KafkaBroker
from cimbus.testing.failing import FailingContract
from cimbus.testing.proxy import FaultProxy
from cimbus.testing.settling import SettlingContract
from cimbus_kafka import KafkaTransport

QUICK = {"heartbeat": 0.2, "handover": 1, "discovery": 0.2}
"""Groups that notice each other soon, so that the tests are short."""

pytestmark = pytest.mark.broker


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """A broker of this module, which kills it."""
    needed("kafka")
    with KafkaBroker(tmp_path_factory.mktemp("kafka")) as found:
        yield found


@pytest.fixture(scope="module")
def secure(tmp_path_factory, certificates):
    needed("kafka")
    folder = tmp_path_factory.mktemp("kafka")
    with KafkaBroker(folder, certificates=certificates, users={"ana": "s3cr3t / ü"}, mechanism=SCRAM) as found:
        yield found


class KafkaContract(TransportContract):
    can_restart = True
    user = ""

    @pytest.fixture(autouse=True)
    async def _way(self, broker):
        self.broker = broker
        async with FaultProxy(broker.proxied, port=broker.advertised) as self.proxy:
            yield

    def transport(self):
        return KafkaTransport.from_url(self.broker.url(self.user, port=self.proxy.port, **QUICK))

    def frugal_transport(self):
        return KafkaTransport.from_url(self.broker.url(self.user, port=self.proxy.port, buffer=1_000_000, **QUICK))

    def committed_transport(self):
        url = self.broker.url(self.user, port=self.proxy.port, isolation="read_committed", **QUICK)
        return KafkaTransport.from_url(url)

    async def restart_broker(self):
        await anyio.to_thread.run_sync(self.broker.restart)


class TestKafka(KafkaContract):
    pass


# asyncio leaves the transport of a TLS handshake that is cancelled to the garbage collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestTlsAndScram(SettlingContract, FailingContract):
    """Another way to the same broker: what opens connections again and again, and what loses them."""

    @pytest.fixture(autouse=True)
    def _collected(self):
        """Have what asyncio leaves to the garbage collector reported here, where it is expected."""
        yield
        gc.collect()

    transport = KafkaContract.transport
    user = "ana"

    @pytest.fixture(autouse=True)
    async def _way(self, secure):
        self.broker = secure
        async with FaultProxy(secure.proxied, port=secure.advertised) as self.proxy:
            yield
