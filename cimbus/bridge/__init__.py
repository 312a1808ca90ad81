"""Bridges between buses (EIP: Messaging Bridge); ``Bridge`` is what users need.

``bridge.py`` receives and sends · ``translator.py`` makes of a frame what it is on the other bus · ``mapping.py`` names
topics there · ``reply_routes.py`` remembers where the replies to a request are returned to, ``route_file.py`` over a
restart, ``reply_forwarder.py`` returns them · ``hops.py`` keeps a frame from going round · ``counters.py`` counts.
"""

from __future__ import annotations

from .bridge import Bridge
from .counters import BridgeCounters
from .mapping import TopicMapping

__all__ = ["Bridge", "BridgeCounters", "TopicMapping"]
