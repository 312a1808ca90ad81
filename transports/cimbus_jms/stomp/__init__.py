"""STOMP 1.2 to ActiveMQ Classic and ActiveMQ Artemis, on both event loops, without threads.

From the wire up: ``codec`` is frames as bytes; ``dialect`` is where brokers differ (``classic``, ``artemis``);
``place`` opens streams, ``link`` is one connection, ``cimbus_jms.session`` makes it again for ever. ``outgoing`` and
``incoming`` live on sessions; ``handler`` is what they and a link know of each other, ``messages`` is
what they write and read. ``transaction`` sends and settles all or nothing; ``transport`` is the face that a bus sees.
"""

from __future__ import annotations

from .options import StompOptions
from .transport import StompTransport

__all__ = ["StompOptions", "StompTransport"]
