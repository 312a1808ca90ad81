"""MQTT 5.0 and 3.1.1: ``mqtt://`` and ``mqtts://``, on both event loops, without threads.

From the wire up: ``packets`` and ``properties`` are PUBLISH and its acknowledgements as bytes; ``engine`` is paho
without its sockets, for all other packets; ``connection`` is one connection to the broker, ``session`` makes it again
unless another process took it over; ``sender`` and ``consumer`` use the connections. ``subscription`` says what
is subscribed to, as which client, and how topics are written; ``transport`` is what a bus sees.
"""

from __future__ import annotations

from .options import MqttOptions
from .transport import MqttTransport

__all__ = ["MqttOptions", "MqttTransport"]
