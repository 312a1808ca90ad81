"""Kafka: ``kafka://`` and ``kafkas://``, on both event loops, over aiokafka.

Where to begin reading: ``transport`` (sending, listening), then ``consumer``, whose first lines draw the way of a
settlement across the two threads. aiokafka runs on asyncio only; ``cimbus.middleware.net.asyncio_thread`` has functions
called there: directly for a caller on asyncio, in a thread of its own for one on trio, with one wake-up per batch.

* Pure: ``options``, ``naming``, ``records`` (what a frame becomes, and back); of ``cimbus.middleware.net``
  ``partition_queues`` (what waits to be sent), ``assigned_partition`` and ``revocable_queue`` (what is settled).
* On the caller's thread: ``transport``, ``consumer``.
* On the asyncio thread: ``asyncio_side`` with ``admin_connection``, ``topic_metadata``, ``sender`` and
  ``current_producer``; for each consumer a ``session``, ``broadcast_session`` or ``group_session``, with
  ``record_fetcher`` and ``group_offsets``; ``transactional_producers`` and ``transaction``.
* Around aiokafka: ``aiokafka_types``, ``aiokafka_clients``, ``fetched_records``, ``tolerant_records`` (only these
  import it), ``client_lifecycle``, ``cluster``.
"""

from __future__ import annotations

from .options import KafkaOptions
from .transport import KafkaTransport

__all__ = ["KafkaOptions", "KafkaTransport"]
