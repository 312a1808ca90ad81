"""Brokers for a load, started on this machine by ``cimbus.testing.brokers``."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

__all__ = ["BROKERS", "StartedBroker", "started_broker"]

BROKERS: Final = ("mosquitto", "kafka", "artemis", "activemq")
"""What ``cimbus.testing.brokers`` starts."""


class StartedBroker(msgspec.Struct, frozen=True):
    """A broker that runs.

    >>> StartedBroker("mqtt://127.0.0.1:1883/", (1,)).url
    'mqtt://127.0.0.1:1883/'

    Attributes:
        url: its bus.
        pids: its processes.
        urls: of the same broker, by other protocols, too.
    """

    url: str
    pids: Sequence[int]
    urls: tuple[str, ...] = ()

    def url_for(self, scheme: str) -> str:
        """Return its URL for a scheme, or its first one.

        >>> StartedBroker("jms+stomp://b", (), ("jms+stomp://b", "jms+amqp://b")).url_for("jms+amqp")
        'jms+amqp://b'
        """
        return next((url for url in self.urls if url.startswith(f"{scheme}://")), self.url)


@contextmanager
def started_broker(name: str) -> Generator[StartedBroker]:
    """Start a broker on a free loopback port, and end it with the block.

    Raises:
        BrokerFailedError: it does not start.
        MissingBrokerError: it is not installed; the text says what to install.

    >>> "kafka" in BROKERS
    True
    """
    from cimbus.testing.brokers import ArtemisBroker, make_broker  # which the command's other options do without

    with make_broker(name, load=True) as broker:
        others = (broker.url(wire="amqp"),) if isinstance(broker, ArtemisBroker) else ()
        yield StartedBroker(broker.url(), (broker.pid,), (broker.url(), *others))
