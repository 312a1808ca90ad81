"""An ActiveMQ Classic: STOMP and OpenWire, plain, with TLS, with passwords; killed and back.

Rules: what it acknowledged is on disk. Its jars are Debian's (``libactivemq-java``, which brings no service), run by
``java/EmbeddedActiveMQ`` with the defaults of the broker: virtual topics (``VirtualTopic.>``) are on, what is refused
or comes too often goes to ``ActiveMQ.DLQ``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from .jars import compiled, debian
from .jvm import STORE_PASSWORD, JvmBroker, key_store, properties, secret
from .process import HOST

JARS = (
    "activemq-broker", "activemq-client", "activemq-jaas", "activemq-kahadb-store", "activemq-openwire-legacy",
    "activemq-protobuf", "activemq-stomp", "geronimo-j2ee-management-1.1-spec", "geronimo-jms_1.1_spec",
    "geronimo-jta-1.2-spec", "hawtbuf", "jackson-annotations", "jackson-core", "jackson-databind", "jettison",
    "slf4j-api", "slf4j-simple", "xpp3", "xstream",
)  # fmt: skip


def class_path() -> str:
    """Return the class path of the broker, and of a JMS client that speaks OpenWire."""
    return debian(JARS)


class ActiveMQ(JvmBroker):
    """One broker, running inside its ``with`` block; see ``JvmBroker`` and ``Broker`` for its other arguments.

    Args:
        wire_format: options of its connector for STOMP, such as ``maxDataLength=20000``.
    """

    name: ClassVar[str] = "activemq"
    schemes: ClassVar[tuple[str, str]] = ("jms+stomp", "jms+stomps")
    listeners: ClassVar[tuple[str, ...]] = ("stomp", "openwire")

    def __init__(self, folder: Path, *, wire_format: str = "", **options: Any) -> None:
        super().__init__(folder, **options)
        self._wire_format = wire_format

    @property
    def openwire(self) -> int:
        """The port of OpenWire for a JMS client, with TLS if the broker has it."""
        return self.ports["openwire"]

    @classmethod
    def fetch(cls) -> str:
        return compiled("EmbeddedActiveMQ", class_path())

    def _configure(self) -> None:
        safe = self._certificates is not None
        wires = {"stomp": "stomp+ssl" if safe else "stomp", "openwire": "ssl" if safe else "tcp"}
        settings: dict[str, object] = {"data": self.folder / "data"}
        settings |= {f"connector.{name}": f"{wire}://{HOST}:{self.ports[name]}" for name, wire in wires.items()}
        if self._wire_format:
            settings["connector.stomp"] = f"{settings['connector.stomp']}?wireFormat.{self._wire_format}"
        settings |= {f"user.{name}": password for name, password in self._users.items()}
        if self._certificates:
            settings["keystore"] = key_store(self._certificates, self.folder / "server.p12")
            settings["keystore.password"] = STORE_PASSWORD
        secret(self._settings, properties(settings))

    @property
    def _settings(self) -> Path:
        return self.folder / "activemq.properties"

    def _command(self) -> list[str]:
        warnings = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
        return self._java(self.fetch(), "EmbeddedActiveMQ", str(self._settings), options=(warnings,))
