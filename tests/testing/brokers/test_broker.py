"""What every broker does, shown with Mosquitto."""

from __future__ import annotations

import socket
import sys

import anyio
import psutil
import pytest

import cimbus
from cimbus.errors import MissingExtraError, UsageError
from cimbus.nouns import EndDeviceEvents
from cimbus.testing.brokers import Certificates, KafkaBroker, MosquittoBroker, make_broker
from cimbus.testing.brokers.fixtures import needed
from cimbus.testing.brokers.ports import free_port

pytestmark = pytest.mark.broker


async def talk(url):
    """Send a message to ourselves."""
    with anyio.fail_after(60):
        async with cimbus.Bus(url) as bus, bus.subscribe(EndDeviceEvents) as events:
            await bus.publish(EndDeviceEvents(), message_id="m-1")
            async with await events.receive() as message:
                return message.header.message_id


@pytest.mark.anyio
@pytest.mark.parametrize("options", [{}, {"tls": True, "users": {"ana": "s3cr3t / ü"}}], ids=["plain", "tls-password"])
async def test_a_broker_needs_no_folder_and_leaves_nothing(options):
    needed()
    with MosquittoBroker(**options) as broker:
        folder, process = broker.folder, psutil.Process(broker.pid)
        url = broker.url("ana" if options else "")

        assert await talk(url) == "m-1"

    process.wait(60)
    assert not folder.exists()
    assert (broker.running, broker.port, broker.certificates) == (False, 0, None)


def test_a_broker_that_was_stopped_starts_again_at_its_port():
    needed()
    with MosquittoBroker(port=free_port()) as broker:
        url, port = broker.url(), broker.port
        with socket.create_connection(("127.0.0.1", port)):
            broker.stop()  # the broker closes first, which leaves its end of the connection in TIME_WAIT
        assert not broker.running
        with pytest.raises(UsageError, match="does not run"):
            broker.pause()

        broker.start()

        assert broker.running
        assert broker.url() == url
    with MosquittoBroker(port=port) as other:
        assert other.port == port


def test_a_port_that_is_taken_is_refused():
    needed()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(UsageError, match=f"port {port}"), MosquittoBroker(port=port):
            pass


def test_a_broker_is_started_by_its_block():
    broker = MosquittoBroker()

    with pytest.raises(UsageError, match="with block"):
        broker.start()
    with pytest.raises(UsageError, match="with MosquittoBroker"):
        _ = broker.log
    broker.stop()  # nothing to end


def test_a_broker_is_started_once():
    needed()
    with MosquittoBroker() as broker, pytest.raises(UsageError, match="runs already"):
        broker.start()


def test_a_broker_that_ends_by_itself_does_not_run():
    needed()
    with MosquittoBroker() as broker:
        psutil.Process(broker.pid).kill()
        while broker.running:
            pass  # until its end is seen

        broker.stop()
        broker.start()

        assert broker.running


def test_only_brokers_with_several_protocols_have_a_choice():
    with pytest.raises(UsageError, match="kafka does not speak amqp"):
        KafkaBroker().url(wire="amqp")


def test_brokers_are_made_by_name():
    with pytest.raises(UsageError, match="rabbitmq is no broker that is known here: mosquitto, kafka"):
        make_broker("rabbitmq")
    with pytest.raises(UsageError, match="SCRAM is for kafka"):
        make_broker("mosquitto", scram=True)


def test_certificates_without_cryptography_name_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "cimbus.testing.brokers.authority", None)

    with pytest.raises(MissingExtraError, match=r"pip install 'cimbus\[testing\]'"):
        Certificates(tmp_path)
