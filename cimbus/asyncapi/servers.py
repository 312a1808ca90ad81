"""Buses as servers of an AsyncAPI document: from their URLs, without a connection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from cimbus.middleware.discovery import open_transport
from cimbus.middleware.naming import PATH_NAMING, Naming
from cimbus.middleware.safe_url import bus_name, safe_url

Json = dict[str, Any]

DEFAULT: Final = "default"
"""The name of the only bus, as in ``cimbus run``."""


class WireProtocol(msgspec.Struct, frozen=True):
    """What AsyncAPI calls the protocol of a URL's scheme.

    Attributes:
        name: the server's ``protocol``.
        version: the server's ``protocolVersion``; empty: the protocol has none that clients choose.
        bindings: the keys of the bindings that apply.
    """

    name: str
    version: str = ""
    bindings: tuple[str, ...] = ()


PROTOCOLS: Final[Mapping[str, WireProtocol]] = {
    "mqtt": WireProtocol("mqtt", "5.0", ("mqtt",)),
    "mqtts": WireProtocol("secure-mqtt", "5.0", ("mqtt",)),
    "kafka": WireProtocol("kafka", "", ("kafka",)),
    "kafkas": WireProtocol("kafka-secure", "", ("kafka",)),
    "jms+stomp": WireProtocol("stomp", "1.2", ("jms",)),
    "jms+stomps": WireProtocol("stomps", "1.2", ("jms",)),
    "jms+amqp": WireProtocol("amqp", "1.0", ("jms", "amqp1")),
    "jms+amqps": WireProtocol("amqps", "1.0", ("jms", "amqp1")),
}
"""By scheme; the names are those of the Server Object. ``amqp`` is 1.0 here, whose bindings are ``amqp1``."""


class ServerDescription(msgspec.Struct, frozen=True, kw_only=True):
    """One bus of a document.

    Attributes:
        name: of the bus.
        url: empty: no bus was given; topics are then written as on ``memory:``, which is how MQTT has them, too.
        naming: how topics are written.
        protocol: of its scheme.
        options: what stands behind the ``?``.
    """

    name: str
    url: str
    naming: Naming
    protocol: WireProtocol
    options: Mapping[str, str] = {}

    @property
    def secured(self) -> bool:
        """Whether a user logs in."""
        return "@" in safe_url(self.url)

    def to_json(self) -> Json:
        """Return the Server Object; nothing of the password is in it."""
        scheme, _, rest = bus_name(self.url).partition(":")
        place = rest.removeprefix("//")
        if scheme not in PROTOCOLS:
            text = "Programs on one machine share it; there is no broker."
            return {"host": "localhost", "pathname": place, "protocol": scheme, "description": text}
        made: Json = {"host": place or "localhost", "protocol": self.protocol.name}
        if version := self.options.get("version", "") or self.protocol.version:
            made["protocolVersion"] = version
        if self.secured:
            made["security"] = [{"$ref": "#/components/securitySchemes/userPassword"}]
        return made


def servers_of(buses: Mapping[str, str] | str | None) -> dict[str, ServerDescription]:
    """Return the buses of a document by name.

    Args:
        buses: the URL of the only bus, several by name, or none.

    Raises:
        UsageError: a URL cannot be read.
        CimbusError: its transport is not installed.

    >>> servers_of("mqtts://ana:secret@broker")["default"].to_json()["host"]
    'broker'
    """
    if not buses:
        return {DEFAULT: ServerDescription(name=DEFAULT, url="", naming=PATH_NAMING, protocol=WireProtocol(""))}
    named = {DEFAULT: buses} if isinstance(buses, str) else buses
    return {name: _server(name, url) for name, url in named.items()}


def _server(name: str, url: str) -> ServerDescription:
    scheme = url.partition(":")[0]
    return ServerDescription(
        name=name,
        url=url,
        naming=open_transport(url).naming,
        protocol=PROTOCOLS.get(scheme, WireProtocol(scheme)),
        options=dict(parse_qsl(url.partition("?")[2])),
    )
