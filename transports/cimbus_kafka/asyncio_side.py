"""The part of a transport that runs on the asyncio thread: the cluster's topics, and sending."""

from __future__ import annotations

from typing import Final

from cimbus.middleware.net.asyncio_calls import bounded
from cimbus.middleware.net.asyncio_thread import AsyncioPortal
from cimbus.middleware.safe_log import safe_logger

from .client_lifecycle import STOP_TIMEOUT, UNREACHABLE_STOP_TIMEOUT
from .cluster import Cluster
from .sender import KafkaSender
from .topic_metadata import TopicMetadata
from .transaction import ProducerTransaction
from .transactional_producers import TransactionalProducers

CLOSE_TIMEOUT: Final = 5.0
"""How long closing waits for frames in flight, in seconds. Our choice: a broker that works answers within one, and a
service that is being stopped often has 10 s in all."""

log = safe_logger("cimbus.kafka")


class AsyncioSide:
    """What runs on the asyncio thread; only ``portal`` is used from the caller's."""

    def __init__(self, cluster: Cluster, portal: AsyncioPortal) -> None:
        self.portal = portal
        self.metadata = TopicMetadata(cluster)
        self.sender = KafkaSender(cluster, self.metadata, portal)
        self._producers = TransactionalProducers(self.metadata)

    def transaction(self) -> ProducerTransaction:
        """Return a transaction of frames alone, not begun."""
        return ProducerTransaction(self._producers)

    async def open(self) -> None:
        """Connect.

        Raises:
            ConnectError: the brokers cannot be reached, or refuse this client.
        """
        try:
            await self.metadata.open()
        except BaseException:
            await self.metadata.close()
            raise

    async def close(self) -> None:
        """Disconnect, when what is in flight has arrived or CLOSE_TIMEOUT is over."""
        drained = False
        try:
            await bounded(CLOSE_TIMEOUT, self.sender.drained())
            drained = True
        except TimeoutError:
            log.warning("the transport is closed while frames are in flight")
        finally:
            await self._producers.close()
            await self.sender.close(STOP_TIMEOUT if drained else UNREACHABLE_STOP_TIMEOUT)
            await self.metadata.close()
