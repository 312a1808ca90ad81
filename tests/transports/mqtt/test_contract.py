"""The transport contract over MQTT 5.0, QoS 2, MQTT 3.1.1 and TLS, with a broker that restarts and cuts on demand."""

from __future__ import annotations

import pytest

from cimbus.testing import TransportContract
from cimbus.testing.brokers import MosquittoBroker
from cimbus.testing.brokers.fixtures import needed
from cimbus.testing.failing import FailingContract
from cimbus.testing.sending import SendingContract
from cimbus.testing.settling import SettlingContract
from cimbus.testing.support import bodies, collect, promise, sent
from cimbus_mqtt import MqttTransport

from .support import Relay


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """A broker of this module, which restarts it."""
    needed()
    with MosquittoBroker(tmp_path_factory.mktemp("mosquitto")) as found:
        yield found


@pytest.fixture(scope="module")
def secure(tmp_path_factory, certificates):
    needed()
    with MosquittoBroker(tmp_path_factory.mktemp("mosquitto"), certificates=certificates, ask_client=True) as found:
        yield found


class MqttContract(TransportContract):
    can_restart = True
    options = {}

    @pytest.fixture(autouse=True)
    async def _way(self, broker):
        self.broker = broker
        async with Relay(broker.port) as self.proxy:
            yield

    def transport(self):
        return MqttTransport.from_url(self.broker.url(port=self.proxy.port, **self.options))

    async def restart_broker(self):
        await self.proxy.kill(self.broker)


class TestMqtt5(MqttContract):
    pass


class TestQos2(MqttContract):
    options = {"qos": 2}


class TestMqtt311(MqttContract):
    options = {"version": "3.1.1"}

    @promise
    async def test_a_frame_arrives_whole(self):
        """As far as it can: body and topic; the properties are what the topic says."""
        frame = self.frame("k", bytes(range(256)), Source="lost")
        async with self.transport() as transport, transport.listen(self.spec()) as inbox:
            await sent(transport, [frame])
            (found,) = await collect(inbox, 1)
        assert bodies([found]) == [frame.body]
        assert found.value.topic == frame.topic
        assert dict(found.value.properties) == {
            "Context": self.context,
            "Noun": "EndDeviceEvents",
            "Verb": "created",
            "Key": "k",
        }


class TestTls(SendingContract, SettlingContract, FailingContract):
    """Another way to the same broker: what passes bytes, and what opens connections again and again or loses them."""

    can_restart = True
    options = {}
    transport = MqttContract.transport
    restart_broker = MqttContract.restart_broker

    @pytest.fixture(autouse=True)
    async def _way(self, secure):
        self.broker = secure
        async with Relay(secure.port) as self.proxy:
            yield
