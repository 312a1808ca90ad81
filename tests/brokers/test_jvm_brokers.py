"""The harness of the brokers in Java: who is killed comes back with what it had, and wrong guests stay out."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from brokers import ActiveMQ, Artemis, Kafka, needed, process
from brokers.fixtures import USERS
from brokers.jars import compiled
from brokers.jvm import properties
from cimbus.testing.proxy import FaultProxy

pytestmark = pytest.mark.broker

COUNT = 100
TESTS = Path(__file__).resolve().parents[1]
KINDS = [pytest.param(kind, id=kind.name) for kind in (Kafka, ActiveMQ, Artemis)]


# -- clients that go by the URL ----------------------------------------------------------------------------------------


def parts(url):
    """Return port, user, password and TLS context of a URL, and its options."""
    split = urlsplit(url)
    options = {name: values[0] for name, values in parse_qs(split.query).items()}
    tls = ssl.create_default_context(cafile=options["ca"]) if split.scheme.endswith("s") else None
    return split.port, unquote(split.username or ""), unquote(split.password or ""), tls, options


def opened(port, tls=None):
    """Return a connection."""
    plain = socket.create_connection(("127.0.0.1", port), 10)
    return tls.wrap_socket(plain, server_hostname="127.0.0.1") if tls else plain


class Stomp:
    """Whoever speaks enough STOMP 1.2 to store and to fetch."""

    def __init__(self, stream):
        self._stream = stream
        self._file = stream.makefile("rb")

    @classmethod
    @contextmanager
    def to(cls, url) -> Iterator[Stomp]:
        port, user, password, tls, _ = parts(url)
        with opened(port, tls) as stream:
            client = cls(stream)
            login = {"login": user, "passcode": password} if user else {}
            client.say("CONNECT", **{"accept-version": "1.2", "host": "localhost"}, **login)
            client.hear("CONNECTED")
            yield client

    def say(self, command, body="", **headers):
        lines = [command, *(f"{name}:{value}" for name, value in headers.items()), "", body]
        self._stream.sendall("\n".join(lines).encode() + b"\0")

    def hear(self, command):
        """Return the body of the next frame, which is to be this one."""
        frame = bytearray()
        while (byte := self._file.read(1)) not in (b"\0", b""):
            frame += byte
        head, _, body = frame.decode().lstrip("\n").partition("\n\n")
        if not head.startswith(command + "\n"):
            raise PermissionError(head)
        return body

    def put(self, queue, bodies):
        for number, body in enumerate(bodies):
            self.say("SEND", body, destination=f"/queue/{queue}", persistent="true", receipt=number)
        for _ in bodies:
            self.hear("RECEIPT")

    def get(self, queue, count):
        self.say("SUBSCRIBE", id=1, destination=f"/queue/{queue}", ack="auto")
        return [self.hear("MESSAGE") for _ in range(count)]


def of_kafka(url):
    """Return what aiokafka takes."""
    port, user, password, tls, options = parts(url)
    login = {
        "sasl_mechanism": options.get("mechanism", "PLAIN"),
        "sasl_plain_username": user,
        "sasl_plain_password": password,
    }
    protocol = ("SASL_" if user else "") + ("SSL" if tls else "PLAINTEXT")
    more = login if user else {}
    return {
        "bootstrap_servers": f"127.0.0.1:{port}",
        "security_protocol": protocol,
        "ssl_context": tls,
        "request_timeout_ms": 10_000,
        **more,
    }


async def put_in_kafka(url, topic, bodies):
    producer = AIOKafkaProducer(acks="all", enable_idempotence=True, **of_kafka(url))
    try:
        await producer.start()
        for future in [await producer.send(topic, body.encode(), partition=0) for body in bodies]:
            await future
    finally:
        await producer.stop()  # its own block leaves one open that was refused


async def get_from_kafka(url, topic, count):
    found = []
    async with AIOKafkaConsumer(auto_offset_reset="earliest", **of_kafka(url)) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        while len(found) < count:
            found.append((await consumer.getone()).value.decode())
    return found


def amqp_answers(url):
    """Return the outcome code of a SASL PLAIN login (AMQP 1.0 5.3.3.6: 0 is ok, 1 is auth)."""
    port, user, password, tls, _ = parts(url)
    proof = f"\0{user}\0{password}".encode()
    fields = b"\xa3\x05PLAIN\xa0" + bytes([len(proof)]) + proof
    init = b"\x00\x53\x41\xc0" + bytes([len(fields) + 1, 2]) + fields
    with opened(port, tls) as stream, stream.makefile("rb") as file:
        stream.sendall(b"AMQP\x03\x01\x00\x00")
        assert file.read(8) == b"AMQP\x03\x01\x00\x00"
        frame(file)  # the mechanisms
        stream.sendall((8 + len(init)).to_bytes(4, "big") + b"\x02\x01\x00\x00" + init)
        outcome = frame(file)
    assert outcome[:3] == b"\x00\x53\x44"
    return outcome[outcome.index(b"\x50") + 1]


def frame(file):
    """Return the body of an AMQP frame (2.3: size, data offset, type, channel)."""
    size = int.from_bytes(file.read(4), "big")
    return file.read(size - 4)[4:]


# -- the tests ---------------------------------------------------------------------------------------------------------


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
            asyncio.run(put_in_kafka(broker.url("ana", "wrong"), "kept", ["from nobody"]))
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

    with pytest.raises(RuntimeError, match=str(tmp_path / "data")):
        kind(tmp_path).__enter__()


@pytest.mark.parametrize("kind", KINDS)
def test_a_port_that_is_taken_is_given_up(kind, tmp_path, monkeypatch):
    needed(kind.name)
    free = process.free_port
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = iter([taken.getsockname()[1]])
        monkeypatch.setattr(process, "free_port", lambda: next(ports, 0) or free())
        with kind(tmp_path) as broker:
            assert broker.port != taken.getsockname()[1]
            opened(broker.port).close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_broker_does_not_outlive_a_run_that_is_killed(kind, tmp_path):
    needed(kind.name)
    program = (
        f"import sys, pathlib; from brokers import {kind.__name__}\n"
        f"with {kind.__name__}(pathlib.Path(sys.argv[1])) as broker:\n"
        "    print(broker.port, flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        port = int(run.stdout.readline())
        with opened(port) as client:
            run.kill()

            with suppress(ConnectionResetError):
                assert client.recv(1) == b""  # its connections end with it


def test_a_broker_can_be_run_by_hand():
    needed("activemq")
    command = [sys.executable, "-m", "brokers", "activemq", "--tls", "--user", "ana:secret"]
    with subprocess.Popen(command, cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        url = run.stdout.readline().strip()
        assert url.startswith("jms+stomps://ana:secret@127.0.0.1:")
        with Stomp.to(url) as client:
            client.put("demo", ["one"])
            assert client.get("demo", 1) == ["one"]
        run.communicate("\n", timeout=20)
        assert run.returncode == 0
    with pytest.raises(OSError, match=r"(?i)no such file|refused"):
        Stomp.to(url).__enter__()


@pytest.mark.parametrize("broker", ["mosquitto", "kafka", "activemq", "artemis"])
def test_what_is_missing_skips_loudly_and_fails_in_ci(monkeypatch, broker):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(process, "SYSTEM", "")

    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"NOT TESTED: not installed: (mosquitto|java)"):
        needed(broker)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="in CI nothing may be skipped"):
        needed(broker)


def test_what_does_not_compile_says_why_and_leaves_nothing(tmp_path, monkeypatch):
    needed("activemq")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source = tmp_path / "Broken.java"
    source.write_text('class Broken { int number = "text"; }')

    with pytest.raises(RuntimeError, match=r"incompatible types"):
        compiled(source, "")

    assert not list((tmp_path / "cache" / "cimbus-tests").iterdir())


def test_ports_are_not_handed_out_twice():
    ports = sorted(process.free_port() for _ in range(50))

    assert all(one < other for one, other in pairwise(ports))
    assert set(ports) <= set(process.PORTS)


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
