"""Real brokers for tests, benchmarks and trials, each in a folder of its own on free loopback ports.

``process`` is what all share, ``jvm`` what those in Java do; ``mosquitto``, ``kafka``, ``activemq`` and ``artemis`` run
one each. ``certs`` makes certificates, ``jars`` fetches what Java needs, ``needs`` skips where something is missing,
``fixtures`` hands brokers to tests, and ``python -m brokers kafka --tls`` (in this package's parent) runs one by hand.
"""

from __future__ import annotations

from .activemq import ActiveMQ
from .artemis import Artemis
from .certs import Certificates
from .kafka import Kafka
from .mosquitto import Mosquitto
from .needs import needed

__all__ = ["ActiveMQ", "Artemis", "Certificates", "Kafka", "Mosquitto", "needed"]
