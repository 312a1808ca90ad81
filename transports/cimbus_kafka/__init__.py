"""Kafka: ``kafka://`` and ``kafkas://``, on both event loops, over aiokafka.

aiokafka lives on asyncio; ``crossing`` is the way there, which costs nothing for a caller on asyncio, and on trio a
thread and one wake-up per batch. Pure: ``records`` and ``murmur`` (what a frame becomes, and where it goes), ``names``
(which topics patterns mean), ``tracker``, ``shelf`` and ``note`` (what is settled, held and committed), ``lanes`` (what
waits to be sent). On the caller's side: ``transport``, ``inbox`` and ``transaction``. On asyncio: ``engine`` with
``catalog`` (topics, and whether anybody is there), ``outgoing`` with ``producers``, and a ``session`` for each inbox,
``private`` or ``grouped`` (``founding`` says where a group begins, ``scribes`` write transactions, ``watch`` looks for
progress). Only ``driver`` and ``clients`` import aiokafka; ``place`` and ``options`` say where and how.
"""

from __future__ import annotations

from .options import Options
from .transaction import Transaction
from .transport import KafkaTransport

__all__ = ["KafkaTransport", "Options", "Transaction"]
