"""MQTT 5.0 and 3.1.1: ``mqtt://`` and ``mqtts://``, on both event loops, without threads.

From the wire up: ``packets`` and ``properties`` are the hot path as bytes; ``engine`` is paho without its sockets, for
everything else; ``place`` opens streams, ``link`` is one connection, ``session`` makes it again for ever, unless it is
a ``takeover``; ``outgoing`` and ``incoming`` live on sessions (``handler`` is what they and a link know of each other);
``identity``, ``filters`` and ``options`` say what is subscribed to and as whom; ``transport`` is the face that a bus
sees.
"""

from __future__ import annotations

from .options import Options
from .transport import MqttTransport

__all__ = ["MqttTransport", "Options"]
