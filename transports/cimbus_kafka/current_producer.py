"""The producer that is in use, and the next one when it cannot be used any more.

Rules: after a batch that failed, a producer is not used again: its sequence numbers have a gap, and the broker would
refuse what follows (KIP-98). Batches that it still has in flight may arrive; ``ActiveProducer.ended`` is done when it
has been stopped and none of them can arrive any more.
"""

from __future__ import annotations

import asyncio

from cimbus.errors import SendError
from cimbus.middleware.net import why
from cimbus.middleware.net.asyncio_calls import TaskSet, cancel_all
from cimbus.middleware.safe_log import safe_logger

from .aiokafka_clients import new_producer
from .aiokafka_types import AiokafkaProducer, Denied, KafkaError
from .client_lifecycle import start_or_stop, stop_client
from .cluster import Cluster

log = safe_logger("cimbus.kafka")


class ActiveProducer:
    """A producer in use; ``ended`` is done when it has been stopped."""

    def __init__(self, producer: AiokafkaProducer) -> None:
        self.producer = producer
        self.ended: asyncio.Future[object] = asyncio.get_running_loop().create_future()


class CurrentProducer:
    """One producer after the other; the first one is made when something is sent."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._active: ActiveProducer | None = None
        self._making: asyncio.Task[ActiveProducer] | None = None
        self._ending = TaskSet()

    async def close(self, timeout: float) -> None:
        """Stop, whatever is in flight."""
        if self._making is not None:
            await cancel_all([self._making])
        await self._ending.cancel()
        active, self._active = self._active, None
        if active is not None:
            await stop_client(active.producer, timeout)

    async def get(self) -> ActiveProducer:
        """Wait for a producer that can be used, and return it.

        Raises:
            SendError: this client is not authorized to send.
        """
        if self._active is not None:
            return self._active
        if self._making is None:
            self._making = asyncio.create_task(self._make())
        try:
            return await asyncio.shield(self._making)
        except Denied as exc:
            raise SendError(f"the brokers do not authorize this client to send: {why(exc)}") from exc

    async def _make(self) -> ActiveProducer:
        backoff = self._cluster.options.backoff()
        try:
            while True:
                await self._ending.ended()
                producer = new_producer(self._cluster)
                try:
                    await start_or_stop(producer, self._cluster.options.timeout)
                except Denied:
                    raise
                except (TimeoutError, OSError, KafkaError) as exc:
                    log.debug("no new producer: %s", exc)
                    await asyncio.sleep(backoff.pause())
                else:
                    self._active = ActiveProducer(producer)
                    return self._active
        finally:
            self._making = None

    def retire(self, active: ActiveProducer) -> None:
        """Use a producer no more; it is stopped when its batches in flight have ended, or after a while."""
        if self._active is active:
            self._active = None
            self._ending.start(self._end(active))

    async def _end(self, old: ActiveProducer) -> None:
        try:
            await stop_client(old.producer)
        finally:
            old.ended.set_result(None)
