"""Where the brokers are, who we are to them, and why they do not let us in. No password in any text."""

from __future__ import annotations

import ssl
from typing import Any, Final

from cimbus.errors import UsageError
from cimbus.net import Address

from .options import Options

RETRY: Final = 0.1
"""How long aiokafka waits before it tries again (seconds)."""
FRESH: Final = 60.0
"""How old what is known of brokers and partitions may be."""


class Place:
    """One cluster, as all clients of a transport see it."""

    def __init__(self, address: Address, options: Options, tls: ssl.SSLContext | None) -> None:
        self.address = address
        self.options = options
        self.tls = tls
        self.servers = [(address.host, address.port), *_further(options.also, address.port)]
        if bool(address.user) != (address.password is not None):
            raise UsageError("the URL has a user or a password, and Kafka's SASL mechanisms need both")

    @property
    def security(self) -> dict[str, Any]:
        """How a connection is made safe, as aiokafka wants to be told."""
        sasl = bool(self.address.user)
        found: dict[str, Any] = {
            "security_protocol": ("SASL_" if sasl else "") + ("SSL" if self.tls else "PLAINTEXT"),
        }
        if self.tls is not None:
            found["ssl_context"] = self.tls
        if sasl:
            found["sasl_mechanism"] = self.options.mechanism
            found["sasl_plain_username"] = self.address.user
            found["sasl_plain_password"] = self.address.password
        return found

    @property
    def settings(self) -> dict[str, Any]:
        """What all clients of aiokafka are told."""
        return {
            "bootstrap_servers": [_written(host, port) for host, port in self.servers],
            "client_id": "cimbus",
            "retry_backoff_ms": int(RETRY * 1000),
            "metadata_max_age_ms": int(FRESH * 1000),
            **self.security,
        }


def _further(text: str, port: int) -> list[tuple[str, int]]:
    """Read the option ``also``.

    Raises:
        UsageError: it is not a list of ``host:port``.
    """
    found: list[tuple[str, int]] = []
    for word in filter(None, text.split(",")):
        host, colon, number = word.strip().rpartition(":")
        if not colon:
            host, number = number, str(port)
        if not host or not number.isdecimal() or not 0 < int(number) < 65_536:
            raise UsageError(f"the option also: {word!r} is not host:port")
        found.append((host.removeprefix("[").removesuffix("]"), int(number)))
    return found


def _written(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
