"""Small clients of brokers, made from a URL, for the tests of the brokers themselves."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, unquote, urlsplit

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition


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
    """A client that speaks enough STOMP 1.2 to store and to fetch."""

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


async def put_alone_in_kafka(url, topic, bodies):
    """Do the same on a loop without other connections, and wait for the end of its own."""
    try:
        await put_in_kafka(url, topic, bodies)
    finally:
        await connections_closed()


async def connections_closed():
    """Wait until no connection of this loop is open: aiokafka does not wait for the end of one that was refused."""
    selector = asyncio.get_running_loop()._selector
    async with asyncio.timeout(10):
        while len(selector.get_map()) > 1:  # noqa: ASYNC110  # one: by which the loop wakes itself
            await asyncio.sleep(0.01)
    for _ in range(2):  # a socket is closed in a later turn of the loop than it is watched no more
        await asyncio.sleep(0)


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
