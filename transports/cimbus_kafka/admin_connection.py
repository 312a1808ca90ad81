"""The connection over which a transport asks the brokers, and notices whether they can be reached (``ready``).

Rule: a request that fails because no broker answers is repeated until it is answered, or cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from cimbus.errors import ConnectError
from cimbus.middleware.net import why
from cimbus.middleware.net.asyncio_calls import bounded
from cimbus.middleware.safe_log import safe_logger

from .aiokafka_clients import committed_offsets, new_admin, probe
from .aiokafka_types import AiokafkaAdmin, Committed, Exists, KafkaError, Partition, Refused
from .client_lifecycle import start_or_stop, stop_client
from .cluster import Cluster

T = TypeVar("T")

STALE: Final = 5
"""After so many failures in a row a new client is made, from the URL's addresses: all brokers that the old one knows
may have moved. Our choice: with a request per second and pauses between, that is after some seconds."""

log = safe_logger("cimbus.kafka")


class AdminConnection:
    """An admin client that is replaced when it cannot reach the brokers any more.

    Attributes:
        cluster: which brokers.
        ready: whether they answered the last request.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.ready = False
        self._admin: AiokafkaAdmin | None = None
        self._failures = 0
        self._replacing = asyncio.Lock()

    async def open(self) -> None:
        """Connect for the first time.

        Raises:
            ConnectError: the brokers cannot be reached, or refuse this client.
        """
        timeout = self.cluster.options.connect_timeout
        try:
            self._admin = await self._connect()
        except TimeoutError as exc:
            raise ConnectError(f"{self.cluster.address} does not answer within {timeout:g} s") from exc
        except (OSError, KafkaError) as exc:
            await probe(self.cluster)  # aiokafka does not give the reason
            raise ConnectError(f"{self.cluster.address} cannot be used: {why(exc)}") from exc
        try:
            await bounded(timeout, self._admin.describe_topics([]))
        except (TimeoutError, OSError, KafkaError) as exc:
            raise ConnectError(
                f"{self.cluster.address} can be reached, but the brokers that it names (advertised.listeners) cannot: "
                f"{why(exc)}"
            ) from exc
        self.ready = True

    async def close(self, timeout: float) -> None:
        """Disconnect."""
        self.ready = False
        admin, self._admin = self._admin, None
        if admin is not None:
            await stop_client(admin, timeout)

    async def ask(self, request: Callable[[AiokafkaAdmin], Awaitable[T]]) -> T:
        """Make a request, until it is answered.

        Raises:
            Exception: one of ``Refused``, or ``Exists``: trying again will not help.
        """
        backoff = self.cluster.options.backoff()
        while True:
            try:
                return await self.ask_once(request)
            except (*Refused, Exists):
                raise
            except (OSError, TimeoutError, KafkaError, AttributeError) as exc:  # no controller is an AttributeError
                log.debug("the brokers do not answer: %s", exc)
                await asyncio.sleep(backoff.pause())

    async def ask_once(self, request: Callable[[AiokafkaAdmin], Awaitable[T]]) -> T:
        """Make a request.

        Raises:
            Exception: it failed; errors are aiokafka's.
        """
        try:
            found = await request(await self._current())
        except (OSError, TimeoutError, KafkaError) as exc:
            if _answered(exc):
                self._note_answer()
            else:
                self._note_failure(exc)
            raise
        self._note_answer()
        return found

    async def offsets(self, group_id: str) -> dict[Partition, Committed]:
        """Return what a group has committed."""
        return await self.ask(lambda admin: committed_offsets(admin, group_id))

    def _note_answer(self) -> None:
        self._failures = 0
        if not self.ready:
            self.ready = True
            log.info("%s can be reached again", self.cluster.address)

    def _note_failure(self, exc: Exception) -> None:
        self._failures += 1
        if self.ready:
            self.ready = False
            log.warning("%s cannot be reached (%s); reconnecting until closed", self.cluster.address, why(exc))

    async def _current(self) -> AiokafkaAdmin:
        """Return the client, or a new one if the brokers may have moved."""
        async with self._replacing:
            if self._admin is None or self._failures >= STALE:
                old, self._admin = self._admin, None
                self._failures = 0
                if old is not None:
                    await stop_client(old)
                self._admin = await self._connect()
            return self._admin

    async def _connect(self) -> AiokafkaAdmin:
        admin = new_admin(self.cluster)
        await start_or_stop(admin, self.cluster.options.connect_timeout)
        return admin


def _answered(exc: Exception) -> bool:
    """Return whether an error was a broker's answer: it has an error code of the protocol, which is positive.

    aiokafka has one class for a broker's REQUEST_TIMED_OUT and for its own timeout, which has a TimeoutError as cause.
    """
    own = isinstance(exc, OSError) or isinstance(exc.__cause__, TimeoutError)
    return not own and getattr(exc, "errno", -1) > 0
