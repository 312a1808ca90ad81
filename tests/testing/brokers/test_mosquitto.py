"""Mosquitto: a broker that is killed comes back with what it had, and wrong clients stay out."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
from contextlib import suppress

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from cimbus.testing.brokers import BrokerFailedError
from cimbus.testing.brokers.fixtures import USERS

pytestmark = pytest.mark.broker


def connect(broker, client_id, user=None, password=None, tls=None):
    """Connect paho without its thread; return the client and the code that the broker answered."""
    codes = []
    client = Client(CallbackAPIVersion.VERSION2, client_id=client_id, clean_session=False)
    client.on_connect = lambda _client, _data, _flags, code, _properties: codes.append(code)
    if user:
        client.username_pw_set(user, password)
    if tls:
        client.tls_set_context(tls)
    client.connect("127.0.0.1", broker.port)
    while not codes:
        client.loop(1)
    return client, codes[0]


def test_a_broker_that_was_killed_has_what_it_had(new_mosquitto):
    broker = new_mosquitto()
    first, _ = connect(broker, "reader")
    done = []
    first.on_subscribe = lambda *_: done.append("subscribed")
    first.on_publish = lambda *_: done.append("published")
    first.subscribe("a/b", 1)
    while not done:
        first.loop(1)
    first.disconnect()
    writer, _ = connect(broker, "writer")
    writer.on_publish = lambda *_: done.append("published")
    writer.publish("a/b", b"kept", 1)
    while len(done) < 2:
        writer.loop(1)
    writer.disconnect()
    old = broker.pid

    broker.restart()

    with pytest.raises(ProcessLookupError):
        os.kill(old, 0)
    found = []
    second, _ = connect(broker, "reader")
    second.on_message = lambda _client, _data, message: found.append(message.payload)
    while not found:
        second.loop(1)
    second.disconnect()
    assert found == [b"kept"]


def test_a_password_is_asked_for(mosquitto_password):
    name, password = next(iter(USERS.items()))
    good, code = connect(mosquitto_password, "good", name, password)
    good.disconnect()

    assert not code.is_failure
    assert connect(mosquitto_password, "bad", name, "wrong")[1].is_failure


def test_a_client_shows_its_certificate(mosquitto_mtls, certificates):
    context = ssl.create_default_context(cafile=certificates.ca)
    context.load_cert_chain(certificates.client, certificates.client_key)
    client, code = connect(mosquitto_mtls, "known", tls=context)
    client.disconnect()

    assert not code.is_failure


def test_a_broker_does_not_outlive_a_run_that_is_killed(tmp_path):
    """Nothing cleans up after a SIGKILL."""
    program = (
        "import sys, pathlib; from cimbus.testing.brokers import MosquittoBroker\n"
        "with MosquittoBroker(pathlib.Path(sys.argv[1])) as broker:\n"
        "    print(broker.pid, broker.port, flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        port = int(run.stdout.readline().split()[1])
        with socket.create_connection(("127.0.0.1", port)) as client:
            run.kill()
            client.settimeout(60)

            with suppress(ConnectionResetError):  # the broker had not accepted the connection
                assert client.recv(1) == b""  # its connections end with it


def test_a_broker_that_cannot_start_shows_its_log(new_mosquitto):
    with pytest.raises(BrokerFailedError, match="nonsense_option"):
        new_mosquitto(lines=["nonsense_option true"])
