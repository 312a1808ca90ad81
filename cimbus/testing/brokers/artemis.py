"""An ActiveMQ Artemis: STOMP, AMQP 1.0, and core with OpenWire; plain, with TLS, with passwords; killed and back.

Rules: what it acknowledged is on disk. Addresses and queues come with their first use; what is refused or comes too
often goes to ``DLQ``, what is too old to ``ExpiryQueue``. ``/queue/`` and ``/topic/`` (STOMP), ``queue://`` and
``topic://`` (AMQP) before a name say what it is, unless ``prefixes=False``: an instance fresh from ``artemis create``
knows no prefixes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final, Unpack
from xml.sax.saxutils import escape

from .broker_config import Wire
from .jars import compiled, jars
from .jvm import STORE_PASSWORD, JvmBroker, JvmConfig, key_store, properties, secret
from .ports import HOST

__all__ = ["ArtemisBroker"]

PROTOCOLS: Final = {"stomp": "STOMP", "amqp": "AMQP", "core": "CORE,OPENWIRE"}
PREFIXES: Final = {
    "stomp": ("/queue/", "/topic/"),
    "amqp": ("queue://", "topic://"),
    "core": ("jms.queue.", "jms.topic."),
}
"""Before a name: of a queue (anycast), of a topic (multicast)."""
RIGHTS: Final = (
    "createAddress", "deleteAddress", "createDurableQueue", "deleteDurableQueue", "createNonDurableQueue",
    "deleteNonDurableQueue", "consume", "browse", "send",
)  # fmt: skip

CONFIGURATION: Final = """<?xml version="1.0" encoding="UTF-8"?>
<configuration xmlns="urn:activemq">
  <core xmlns="urn:activemq:core">
    <name>cimbus</name>
    <persistence-enabled>true</persistence-enabled>
    <security-enabled>{guarded}</security-enabled>
    <jmx-management-enabled>false</jmx-management-enabled>
    <journal-type>NIO</journal-type>
    <journal-file-size>4M</journal-file-size>
    <journal-min-files>2</journal-min-files>
    <journal-pool-files>4</journal-pool-files>
    <paging-directory>{data}/paging</paging-directory>
    <bindings-directory>{data}/bindings</bindings-directory>
    <journal-directory>{data}/journal</journal-directory>
    <large-messages-directory>{data}/large</large-messages-directory>
    <global-max-size>128M</global-max-size>
    <max-disk-usage>99</max-disk-usage>
    <critical-analyzer>false</critical-analyzer>
    <acceptors>{acceptors}</acceptors>
    <security-settings><security-setting match="#">{rights}</security-setting></security-settings>
    <address-settings>
      <address-setting match="#">
        <dead-letter-address>DLQ</dead-letter-address>
        <expiry-address>ExpiryQueue</expiry-address>
        <auto-create-queues>true</auto-create-queues>
        <auto-create-addresses>true</auto-create-addresses>
        {settings}
      </address-setting>
    </address-settings>
    <addresses>
      <address name="DLQ"><anycast><queue name="DLQ"/></anycast></address>
      <address name="ExpiryQueue"><anycast><queue name="ExpiryQueue"/></anycast></address>
    </addresses>
  </core>
</configuration>
"""


class ArtemisBroker(JvmBroker):
    """An ActiveMQ Artemis, running inside its ``with`` block; see ``Broker`` for what it can do.

    >>> artemis = ArtemisBroker(users={"ana": "secret"}, tls=True)  # ``with artemis:`` starts it
    >>> artemis.listeners
    ('stomp', 'amqp', 'core')

    Args:
        folder: where its configuration, data and log are; a temporary one unless given.
        prefixes: whether names of destinations say what they are.
        settings: further address settings, such as ``{"default-max-consumers": 1}``.
        options: see ``JvmConfig`` and ``BrokerConfig``.
    """

    name: ClassVar[str] = "artemis"
    schemes: ClassVar[tuple[str, str]] = ("jms+stomp", "jms+stomps")
    listeners: ClassVar[tuple[str, ...]] = ("stomp", "amqp", "core")

    def __init__(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        prefixes: bool = True,
        settings: Mapping[str, object] | None = None,
        **options: Unpack[JvmConfig],
    ) -> None:
        super().__init__(folder, **options)
        self._prefixes = prefixes
        self._address_settings = dict(settings or {})

    @property
    def amqp(self) -> int:
        """The port of AMQP 1.0."""
        return self.ports["amqp"]

    @property
    def openwire(self) -> int:
        """The port of core and OpenWire for a JMS client."""
        return self.ports["core"]

    def url(
        self,
        user: str = "",
        password: str | None = None,
        *,
        port: int = 0,
        wire: Wire | None = None,
        **options: object,
    ) -> str:
        """Return the URL of this broker for a wire (STOMP unless given), or of a proxy before it at ``port``."""
        wire = wire or "stomp"
        scheme = f"jms+{wire}" + ("s" if self._tls else "")
        return self._url(scheme, user, password, port or self.ports[wire], options)

    # -- its files ------------------------------------------------------------------------------------------------

    @classmethod
    def fetch(cls) -> str:
        """Return its class path, fetched and compiled if it is not in the cache; it raises what ``JvmBroker`` does."""
        return compiled("EmbeddedArtemis", jars("artemis"))

    @property
    def _settings(self) -> Path:
        return self.folder / "broker.xml"

    @property
    def _passwords(self) -> Path:
        return self.folder / "users.properties"

    def _configure(self) -> None:
        text = CONFIGURATION.format(
            guarded="true" if self._users else "false",
            data=escape(str(self.folder / "data")),
            acceptors="".join(map(self._acceptor, self.listeners)),
            settings="".join(f"<{name}>{value}</{name}>" for name, value in self._address_settings.items()),
            rights="".join(f'<permission type="{right}" roles="users"/>' for right in RIGHTS),
        )
        secret(self._settings, text)
        secret(self._passwords, properties(self._users))

    def _acceptor(self, listener: str) -> str:
        options = {"protocols": PROTOCOLS[listener]}
        if self._prefixes:
            options["anycastPrefix"], options["multicastPrefix"] = PREFIXES[listener]
        if self.certificates:
            store = key_store(self.certificates, self.folder / "server.p12")
            options |= {"sslEnabled": "true", "keyStoreType": "PKCS12"}
            options |= {"keyStorePath": str(store), "keyStorePassword": STORE_PASSWORD}
        words = ";".join(f"{name}={value}" for name, value in options.items())
        return f'<acceptor name="{listener}">{escape(f"tcp://{HOST}:{self.ports[listener]}?{words}")}</acceptor>'

    def _command(self) -> list[str]:
        return self._java(self.fetch(), "EmbeddedArtemis", self._settings.as_uri(), str(self._passwords))
