"""Real brokers for tests and trials, each in a folder of its own on free loopback ports.

::

    with MosquittoBroker() as broker:
        bus = Bus(broker.url())

``MosquittoBroker``, ``KafkaBroker``, ``ActiveMQBroker`` and ``ArtemisBroker`` run one each; they share ``Broker``, and
those in Java ``JvmBroker``. ``Certificates`` makes certificates, ``jars`` fetches what Java needs, ``fixtures`` hands
brokers to tests of pytest, and ``python -m cimbus.testing.brokers kafka --tls`` runs one by hand. They run on Linux and
macOS.
"""

from __future__ import annotations

from .activemq import ActiveMQBroker
from .artemis import ArtemisBroker
from .broker import Broker
from .certs import Certificates
from .errors import BrokerFailedError, MissingBrokerError
from .kafka import KafkaBroker
from .kinds import make_broker
from .mosquitto import MosquittoBroker

__all__ = [
    "ActiveMQBroker",
    "ArtemisBroker",
    "Broker",
    "BrokerFailedError",
    "Certificates",
    "KafkaBroker",
    "MissingBrokerError",
    "MosquittoBroker",
    "make_broker",
]
