"""Real brokers for tests and benchmarks, each in a folder of its own on a free loopback port.

``certs`` makes certificates, ``mosquitto`` runs a Mosquitto, ``fixtures`` hands brokers to tests. Rules: a broker lives
in a ``with`` block, is ended by its process id, and comes back on the same port with the same data.
"""

from __future__ import annotations

from .certs import Certificates
from .mosquitto import Mosquitto, needed

__all__ = ["Certificates", "Mosquitto", "needed"]
