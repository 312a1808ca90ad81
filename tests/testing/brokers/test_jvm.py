"""The brokers in Java: who is killed comes back with what it had, and wrong clients stay out."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from contextlib import suppress

import pytest
from aiokafka.errors import KafkaError

from cimbus.testing.brokers import ActiveMQBroker, ArtemisBroker, BrokerFailedError, KafkaBroker, jars
from cimbus.testing.brokers import broker as base
from cimbus.testing.brokers.fixtures import USERS, needed
from cimbus.testing.brokers.jvm import properties
from cimbus.testing.proxy import FaultProxy

from .clients import Stomp, amqp_answers, get_from_kafka, opened, put_alone_in_kafka, put_in_kafka

pytestmark = pytest.mark.broker

COUNT = 100
KINDS = [pytest.param(kind, id=kind.name) for kind in (KafkaBroker, ActiveMQBroker, ArtemisBroker)]


def guarded(certificates):
    return {"users": USERS, "certificates": certificates}


@pytest.mark.parametrize("mechanism", [None, "PLAIN", "SCRAM-SHA-256"])
def test_a_kafka_that_was_killed_has_what_it_had(new_kafka, certificates, caplog, mechanism):
    broker = new_kafka(mechanism=mechanism, **guarded(certificates)) if mechanism else new_kafka()
    url = broker.url("ana" if mechanism else "")
    bodies = [f"{number} ü" for number in range(COUNT)]
    asyncio.run(put_in_kafka(url, "kept", bodies))
    old = broker.pid

    broker.restart()

    assert broker.pid != old
    assert asyncio.run(get_from_kafka(url, "kept", COUNT)) == bodies
    if mechanism:
        caplog.set_level("ERROR", logger="aiokafka")  # which cimbus_kafka keeps silent
        with pytest.raises(KafkaError):
            asyncio.run(put_alone_in_kafka(broker.url("ana", "wrong"), "kept", ["not allowed"]))
        assert "SaslAuthenticationFailed" in caplog.text  # the exception itself does not tell why


@pytest.mark.parametrize("safe", [False, True], ids=["plain", "tls-password"])
@pytest.mark.parametrize("kind", ["activemq", "artemis"])
def test_a_jms_broker_that_was_killed_has_what_it_had(request, certificates, kind, safe):
    broker = request.getfixturevalue(f"new_{kind}")(**guarded(certificates) if safe else {})
    url = broker.url("ana" if safe else "")
    bodies = [f"{number} ü" for number in range(COUNT)]
    with Stomp.to(url) as client:
        client.put("kept", bodies)
    old = broker.pid

    broker.restart()

    assert broker.pid != old
    with Stomp.to(url) as client:
        assert client.get("kept", COUNT) == bodies
    if safe:
        with pytest.raises(PermissionError, match="password is invalid"), Stomp.to(broker.url("ana", "wrong")):
            pass
        if kind == "artemis":
            assert amqp_answers(broker.url("ana", wire="amqp")) == 0
            assert amqp_answers(broker.url("ana", "wrong", wire="amqp")) == 1
    opened(broker.openwire).close()


def test_a_proxy_sees_all_that_a_kafka_client_says(kafka):
    async def say():
        async with FaultProxy(kafka.proxied, port=kafka.advertised) as proxy:
            assert proxy.port == kafka.advertised
            await put_in_kafka(kafka.url(port=proxy.port), "seen", ["x" * 100_000])
            return proxy.passed

    assert asyncio.run(say()) > 100_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_broker_that_cannot_start_shows_its_log(kind, tmp_path):
    needed(kind.name)
    (tmp_path / "data").write_text("in the way")

    with pytest.raises(BrokerFailedError, match=str(tmp_path / "data")):
        kind(tmp_path).__enter__()


@pytest.mark.parametrize("kind", KINDS)
def test_a_port_that_is_taken_is_given_up(kind, tmp_path, monkeypatch):
    needed(kind.name)
    free = base.free_port
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = iter([taken.getsockname()[1]])
        monkeypatch.setattr(base, "free_port", lambda: next(ports, 0) or free())
        with kind(tmp_path) as broker:
            assert broker.port != taken.getsockname()[1]
            opened(broker.port).close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_broker_does_not_outlive_a_run_that_is_killed(kind, tmp_path):
    needed(kind.name)
    program = (
        f"import sys, pathlib; from cimbus.testing.brokers import {kind.__name__}\n"
        f"with {kind.__name__}(pathlib.Path(sys.argv[1])) as broker:\n"
        "    print(broker.port, flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        port = int(run.stdout.readline())
        with opened(port) as client:
            run.kill()

            with suppress(ConnectionResetError):
                assert client.recv(1) == b""  # its connections end with it


@pytest.mark.parametrize("kind", KINDS)
def test_the_port_that_is_asked_for_is_where_clients_connect(kind, tmp_path):
    needed(kind.name)
    port = base.free_port()
    with kind(tmp_path, port=port) as broker:
        assert broker.port == port
        opened(port).close()


def test_activemq_runs_without_the_jars_of_debian(tmp_path, monkeypatch):
    needed("artemis")  # which takes Maven, too
    monkeypatch.setattr(jars, "DEBIAN", tmp_path)
    with ActiveMQBroker(tmp_path) as broker, Stomp.to(broker.url()) as client:
        client.put("kept", ["one"])
        assert client.get("kept", 1) == ["one"]


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("plain", "a b=c", "plain=a b=c\n"),
        ("a key:=", "  two", "a\\ key\\:\\==\\  two\n"),
        ("ü", "\\ü\n", "\\u00fc=\\\\\\u00fc\\u000a\n"),
        ("smile", "😀", "smile=\\ud83d\\ude00\n"),
    ],
)
def test_a_property_file_is_ascii_that_java_reads_back(name, value, line):
    assert properties({name: value}) == line
