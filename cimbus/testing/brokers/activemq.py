"""An ActiveMQ Classic: STOMP and OpenWire, plain, with TLS, with passwords; killed and back.

Rules: what it acknowledged is on disk. Its jars are Debian's (``libactivemq-java``, which brings no service) where they
are installed, and those of ``mvn/activemq`` elsewhere, run by ``java/EmbeddedActiveMQ`` with the defaults of the
broker: virtual topics (``VirtualTopic.>``) are on, what is refused or comes too often goes to ``ActiveMQ.DLQ``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar, Final, Unpack

from .jars import compiled, debian, fetched, jars
from .jvm import STORE_PASSWORD, JvmBroker, JvmConfig, key_store, properties, secret
from .ports import HOST

__all__ = ["ActiveMQBroker"]

JARS: Final = (
    "activemq-broker", "activemq-client", "activemq-jaas", "activemq-kahadb-store", "activemq-openwire-legacy",
    "activemq-protobuf", "activemq-stomp", "geronimo-j2ee-management-1.1-spec", "geronimo-jms_1.1_spec",
    "geronimo-jta-1.2-spec", "hawtbuf", "jackson-annotations", "jackson-core", "jackson-databind", "jettison",
    "slf4j-api", "slf4j-simple", "xpp3", "xstream",
)  # fmt: skip


def class_path() -> str:
    """Return the class path of the broker, and of a JMS client that speaks OpenWire.

    Raises:
        BrokerFailedError: the jars cannot be downloaded.
        MissingBrokerError: Maven is not installed, and neither are Debian's jars.
    """
    return debian(JARS) or jars("activemq")


class ActiveMQBroker(JvmBroker):
    """An ActiveMQ Classic, running inside its ``with`` block; see ``Broker`` for what it can do.

    >>> activemq = ActiveMQBroker(wire_format="maxDataLength=20000")  # ``with activemq:`` starts it
    >>> activemq.listeners
    ('stomp', 'openwire')

    Args:
        folder: where its configuration, data and log are; a temporary one unless given.
        wire_format: options of its connector for STOMP.
        options: see ``JvmConfig`` and ``BrokerConfig``.
    """

    name: ClassVar[str] = "activemq"
    schemes: ClassVar[tuple[str, str]] = ("jms+stomp", "jms+stomps")
    listeners: ClassVar[tuple[str, ...]] = ("stomp", "openwire")

    def __init__(
        self, folder: str | os.PathLike[str] | None = None, *, wire_format: str = "", **options: Unpack[JvmConfig]
    ) -> None:
        super().__init__(folder, **options)
        self._wire_format = wire_format

    @property
    def openwire(self) -> int:
        """The port of OpenWire for a JMS client, with TLS if the broker has it."""
        return self.ports["openwire"]

    @classmethod
    def fetched(cls) -> bool:
        """Return whether its jars are on this machine."""
        return bool(debian(JARS)) or fetched("activemq")

    @classmethod
    def fetch(cls) -> str:
        """Return its class path, fetched and compiled if it is not in the cache; it raises what ``JvmBroker`` does."""
        return compiled("EmbeddedActiveMQ", class_path())

    def _configure(self) -> None:
        safe = self._tls
        wires = {"stomp": "stomp+ssl" if safe else "stomp", "openwire": "ssl" if safe else "tcp"}
        settings: dict[str, object] = {"data": self.folder / "data"}
        settings |= {f"connector.{name}": f"{wire}://{HOST}:{self.ports[name]}" for name, wire in wires.items()}
        if self._wire_format:
            settings["connector.stomp"] = f"{settings['connector.stomp']}?wireFormat.{self._wire_format}"
        settings |= {f"user.{name}": password for name, password in self._users.items()}
        if self.certificates:
            settings["keystore"] = key_store(self.certificates, self.folder / "server.p12")
            settings["keystore.password"] = STORE_PASSWORD
        secret(self._settings, properties(settings))

    @property
    def _settings(self) -> Path:
        return self.folder / "activemq.properties"

    def _command(self) -> list[str]:
        warnings = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return self._java(self.fetch(), "EmbeddedActiveMQ", str(self._settings), options=(warnings,))
