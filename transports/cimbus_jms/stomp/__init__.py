"""STOMP 1.2 to ActiveMQ Classic and ActiveMQ Artemis, on both event loops, without threads.

From the wire up: ``codec`` and ``frame_parser`` are frames as bytes; ``dialect`` is where brokers differ (``classic``,
``artemis``). ``connection`` is one connection to the ``endpoint``, which tells which broker it is; ``sender`` and
``consumer`` use connections, ``messages`` is what they write and read. ``transaction`` sends and settles all or none;
``transport`` is what a bus sees.
"""

from __future__ import annotations

from cimbus_jms.options import StompOptions

from .transport import StompTransport

__all__ = ["StompOptions", "StompTransport"]
