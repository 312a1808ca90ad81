"""A Kafka of one node (KRaft): plain, with TLS, with passwords (PLAIN or SCRAM-SHA-256); killed and back.

A Kafka client goes where the broker says it is (``advertised.listeners``), so that a proxy in front of it sees nothing
but the first question. Therefore the broker listens at ``proxied``, too, and tells clients there to connect to
``advertised``, where the proxy belongs::

    async with FaultProxy(kafka.proxied, port=kafka.advertised) as proxy:
        bus = Bus(kafka.url(port=proxy.port))

Rules: what it acknowledged survives a SIGKILL of the process, as the pages are the system's; clients have the listeners
CLIENT and PROXY, and the broker's own traffic has plain ones, which no test uses.
"""

from __future__ import annotations

import base64
import hashlib
import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final, Literal, Unpack

from .broker_config import Wire
from .jars import compiled, jars
from .jvm import JvmBroker, JvmConfig, properties, secret
from .ports import HOST, free_port

__all__ = ["KafkaBroker"]

SCRAM: Final = "SCRAM-SHA-256"
ITERATIONS: Final = 4096
"""The least that RFC 7677, 4, allows."""
MEBI: Final = 1 << 20
LOGIN: Final = "org.apache.kafka.common.security"


class KafkaBroker(JvmBroker):
    """A Kafka, running inside its ``with`` block; see ``Broker`` for what it can do.

    >>> kafka = KafkaBroker(partitions=1, port=free_port())  # ``with kafka:`` starts it
    >>> kafka.schemes
    ('kafka', 'kafkas')

    Args:
        folder: where its configuration, data and log are; a temporary one unless given.
        mechanism: how passwords are proven.
        partitions: how many partitions a topic has that is made by its first use.
        advertised: where a proxy will stand; a free port unless given.
        properties: further properties of its configuration.
        options: see ``JvmConfig`` and ``BrokerConfig``.
    """

    name: ClassVar[str] = "kafka"
    schemes: ClassVar[tuple[str, str]] = ("kafka", "kafkas")
    listeners: ClassVar[tuple[str, ...]] = ("CLIENT", "PROXY", "INTERNAL", "CONTROLLER")
    ready: ClassVar[str] = "Kafka Server started"

    def __init__(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        mechanism: Literal["PLAIN", "SCRAM-SHA-256"] = "PLAIN",
        partitions: int = 4,
        advertised: int = 0,
        properties: Mapping[str, object] | None = None,
        **options: Unpack[JvmConfig],
    ) -> None:
        super().__init__(folder, **options)
        self.advertised = advertised or free_port()
        self._mechanism = mechanism
        self._partitions = partitions
        self._properties = dict(properties or {})

    @property
    def proxied(self) -> int:
        """Where it listens for what comes through a proxy at ``advertised``."""
        return self.ports["PROXY"]

    @property
    def address(self) -> str:
        """What clients call the bootstrap server."""
        return f"{HOST}:{self.port}"

    def url(
        self,
        user: str = "",
        password: str | None = None,
        *,
        port: int = 0,
        wire: Wire | None = None,
        **options: object,
    ) -> str:
        """Return the URL of this broker, or of the proxy at ``port``."""
        if user and self._mechanism == SCRAM:
            options.setdefault("mechanism", SCRAM)
        return super().url(user, password, port=port, wire=wire, **options)

    # -- its files ------------------------------------------------------------------------------------------------

    @classmethod
    def fetch(cls) -> str:
        """Return its class path, fetched and compiled if it is not in the cache; it raises what ``JvmBroker`` does."""
        return compiled("EmbeddedKafka", jars("kafka"))

    @property
    def _settings(self) -> Path:
        return self.folder / "server.properties"

    def _configure(self) -> None:
        at = {name: f"{HOST}:{port}" for name, port in self.ports.items()}
        told = {"CLIENT": at["CLIENT"], "PROXY": f"{HOST}:{self.advertised}", "INTERNAL": at["INTERNAL"]}
        guarded = ("SASL_" if self._users else "") + ("SSL" if self.certificates else "PLAINTEXT")
        protocols = {"CLIENT": guarded, "PROXY": guarded, "INTERNAL": "PLAINTEXT", "CONTROLLER": "PLAINTEXT"}
        settings: dict[str, object] = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@{at['CONTROLLER']}",
            "listeners": ",".join(f"{name}://{where}" for name, where in at.items()),
            "advertised.listeners": ",".join(f"{name}://{where}" for name, where in told.items()),
            "listener.security.protocol.map": ",".join(f"{name}:{how}" for name, how in protocols.items()),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "INTERNAL",
            "log.dirs": self.folder / "data",
            "num.partitions": self._partitions,
            "auto.create.topics.enable": "true",
            **_ALONE,
            **_SMALL,
        }
        for listener in ("client", "proxy"):
            settings |= self._security(f"listener.name.{listener}.")
        secret(self._settings, properties(settings | self._properties))

    def _security(self, listener: str) -> dict[str, object]:
        settings: dict[str, object] = {}
        if self.certificates:
            pair = self.certificates.server_key.read_bytes() + self.certificates.server.read_bytes()
            settings |= {
                f"{listener}ssl.keystore.type": "PEM",
                f"{listener}ssl.keystore.location": secret(self.folder / "server.pem", pair),
            }
        if self._users:
            settings[f"{listener}sasl.enabled.mechanisms"] = self._mechanism
            if self._mechanism == SCRAM:
                login = f"{LOGIN}.scram.ScramLoginModule required;"
            else:
                users = " ".join(f"{_quoted(f'user_{name}')}={_quoted(word)}" for name, word in self._users.items())
                login = f"{LOGIN}.plain.PlainLoginModule required {users};"
            settings[f"{listener}{self._mechanism.lower()}.sasl.jaas.config"] = login
        return settings

    def _format(self) -> list[str]:
        """Return how to make the data folder, SCRAM's users included."""
        # with "=": an identifier may begin with a hyphen
        arguments = ["format", f"--cluster-id={_identifier()}", "--config", str(self._settings)]
        if self._mechanism == SCRAM:
            for name, password in self._users.items():
                arguments += ["--add-scram", f"{SCRAM}=[{_scram(name, password)}]"]
        return arguments

    def _command(self) -> list[str]:
        arguments = [str(self._settings)]
        if not (self.folder / "data" / "meta.properties").exists():
            arguments.append(str(secret(self.folder / "format", "\n".join(self._format()))))
        return self._java(self.fetch(), "EmbeddedKafka", *arguments)


_ALONE: dict[str, object] = {
    "default.replication.factor": 1,
    "min.insync.replicas": 1,
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 2,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 2,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 2,
    "controlled.shutdown.enable": "false",
}
"""There is no other broker to copy to."""

_SMALL: dict[str, object] = {
    # who was killed may register again only when the session of its former life is over: 9 s by default
    "broker.session.timeout.ms": 1000,
    "broker.heartbeat.interval.ms": 200,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 500,
    "group.consumer.min.session.timeout.ms": 500,
    "group.consumer.min.heartbeat.interval.ms": 100,
    "num.network.threads": 2,
    "num.io.threads": 4,
    "background.threads": 2,
    "num.recovery.threads.per.data.dir": 1,
    "log.segment.bytes": 16 * MEBI,
    "log.index.size.max.bytes": MEBI,
    "log.cleaner.dedupe.buffer.size": 4 * MEBI,
}
"""Quick groups, and little memory for each of hundreds of topics."""


def _identifier() -> str:
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()


def _scram(name: str, password: str) -> str:
    """Return what the broker keeps of a password (RFC 5802 3: SaltedPassword); the password stays here."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    words = {"salt": salt, "saltedpassword": salted}
    encoded = ",".join(f'{word}="{base64.b64encode(value).decode()}"' for word, value in words.items())
    return f'name="{name}",{encoded},iterations={ITERATIONS}'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
