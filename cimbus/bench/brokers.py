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
    """

    url: str
    pids: Sequence[int]


@contextmanager
def started_broker(name: str) -> Generator[StartedBroker]:
    """Start a broker on a free loopback port, and end it with the block.

    Raises:
        BrokerFailedError: it does not start.
        MissingBrokerError: it is not installed; the text says what to install.

    >>> "kafka" in BROKERS
    True
    """
    from cimbus.testing.brokers import make_broker  # which the command's other options do without

    with make_broker(name, load=True) as broker:
        yield StartedBroker(broker.url(), (broker.pid,))
