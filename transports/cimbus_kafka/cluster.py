"""Which brokers a transport uses, and how it authenticates to them. No password in any text."""

from __future__ import annotations

import ssl
from typing import Any, Final

from cimbus.errors import UsageError
from cimbus.middleware.net import Address, host_port, read_hosts

from .options import KafkaOptions

RETRY: Final = 0.1
"""How long aiokafka pauses between its own attempts, in seconds (retry.backoff.ms: Kafka's default)."""
METADATA_MAX_AGE: Final = 60.0
"""How old what is known of brokers and partitions may be, in seconds (metadata.max.age.ms). Kafka's default is 300;
less here, since partitions that are added are found by nothing else."""


class Cluster:
    """One cluster, with what all clients of a transport are configured with.

    Args:
        address: the first broker, and the user.
        options: of the URL.
        tls: for ``kafkas://``.

    Raises:
        UsageError: a user without a password or the reverse, or options that are wrong or do not fit together.

    Example:
        >>> from cimbus.middleware.net import Address
        >>> address = Address(scheme="kafka", host="a", port=9092)
        >>> Cluster(address, KafkaOptions(also="b,c:9093"), None).servers
        [('a', 9092), ('b', 9092), ('c', 9093)]
    """

    def __init__(self, address: Address, options: KafkaOptions, tls: ssl.SSLContext | None) -> None:
        self.address = address
        self.options = options
        self.tls = tls
        self.servers = [(address.host, address.port), *read_hosts(options.also, address.port)]
        if bool(address.user) != (address.password is not None):
            raise UsageError("the URL has a user or a password, and Kafka's SASL mechanisms need both")
        if options.heartbeat >= options.session:  # each heartbeat would come too late: no broker says so
            raise UsageError(f"the option heartbeat must be less than the option session ({options.session:g})")

    @property
    def security(self) -> dict[str, Any]:
        """TLS and SASL, as arguments of aiokafka."""
        sasl = bool(self.address.user)
        protocol = ("SASL_" if sasl else "") + ("SSL" if self.tls else "PLAINTEXT")
        found: dict[str, Any] = {"security_protocol": protocol}
        if self.tls is not None:
            found["ssl_context"] = self.tls
        if sasl:
            found["sasl_mechanism"] = self.options.mechanism
            found["sasl_plain_username"] = self.address.user
            found["sasl_plain_password"] = self.address.password
        return found

    @property
    def settings(self) -> dict[str, Any]:
        """What every client is configured with, as arguments of aiokafka."""
        return {
            "bootstrap_servers": [host_port(host, port) for host, port in self.servers],
            "client_id": "cimbus",
            "retry_backoff_ms": int(RETRY * 1000),
            "metadata_max_age_ms": int(METADATA_MAX_AGE * 1000),
            **self.security,
        }
