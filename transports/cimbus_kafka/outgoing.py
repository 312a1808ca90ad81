"""Frames on their way to the brokers: one queue for each partition, one batch of each in flight.

Rules: what waits for a partition while a batch of it flies becomes the next batch; so those who send one frame each
share batches, and no timer makes anybody wait. A batch that did not land goes again before what came after it, by
another producer; what the old one may have delivered goes again: at least once, and in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, Final

from cimbus.errors import ClosedError, SendError
from cimbus.net import Backoff, why

from .catalog import Catalog
from .crossing import Crossing
from .driver import Batch as Records
from .driver import KafkaError, Refused, TooLarge
from .lanes import Flight, Lane, Route, fill
from .place import Place
from .producers import Live, Producers

STALLED: Final = 2.0
"""A batch that has not landed after so many timeouts, while the brokers answer, is given to another producer."""

log = logging.getLogger("cimbus.kafka")


class Sender:
    """The sending half of a transport, on asyncio."""

    def __init__(self, place: Place, catalog: Catalog, crossing: Crossing) -> None:
        self.producers = Producers(place)
        self._place = place
        self._catalog = catalog
        self._crossing = crossing
        self._routes: dict[str, Route] = {}
        self._eager: list[Lane] = []
        """The lanes that have got something since the last turn of the loop."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def landed(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self, patience: float) -> None:
        """Give up what is under way, and disconnect."""
        self._closed = True
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for route in self._routes.values():
            self._settle(route.waiting, ClosedError("the transport was closed"))
            for lane in route.lanes:
                self._settle(lane.queue, ClosedError("the transport was closed"))
        await self.producers.close(patience)

    # -- what waits -----------------------------------------------------------------------------------------------

    def submit(self, flights: Sequence[Flight]) -> None:
        """Take frames on; what becomes of them is told to their batch."""
        if self._closed:
            self._settle(flights, ClosedError("the transport was closed"))
            return
        routes = self._routes
        for flight in flights:
            record = flight.record
            route = routes.get(record.topic) or self._route(record.topic)
            if not route.lanes:
                route.waiting.append(flight)
                continue
            lane = route.lane(record)
            lane.queue.append(flight)
            if not lane.busy:
                self._wake(lane)

    def _wake(self, lane: Lane) -> None:
        """Have a lane's next batch made when this turn of the loop is over."""
        lane.busy = True
        if not self._eager:
            asyncio.get_running_loop().call_soon(self._launch)
        self._eager.append(lane)

    def _launch(self) -> None:
        eager, self._eager = self._eager, []
        for lane in eager:
            self._start(self._fly(lane))

    def _start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task: asyncio.Task[None] = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _route(self, topic: str) -> Route:
        route = self._routes[topic] = Route(topic)
        self._start(self._learn(route))
        return route

    async def _learn(self, route: Route) -> None:
        """Find out how many partitions a topic has, and let go what waited for that."""
        try:
            route.grow(await self._catalog.partitions(route.topic))
        except SendError as exc:
            del self._routes[route.topic]  # who comes next asks again
            self._settle(route.waiting, exc)
            return
        waiting, route.waiting = route.waiting, []
        self.submit(waiting)

    # -- what flies -----------------------------------------------------------------------------------------------

    async def _fly(self, lane: Lane) -> None:
        """Send what waits in a lane, batch by batch, until nothing does."""
        route = self._routes[lane.topic]
        flights: list[Flight] = []
        backoff = Backoff(0.05, 5.0)
        try:
            while lane.queue:
                try:
                    live = await self.producers.current()
                except SendError as exc:
                    flights = list(lane.queue)
                    lane.queue.clear()
                    self._settle(flights, exc)
                    break
                flights, batch = fill(live.producer, lane)
                if not flights:
                    break
                route.turn += 1
                error = await self._land(live, lane, batch)
                if error is None or isinstance(error, SendError):
                    self._settle(flights, error)
                elif isinstance(error, TooLarge) and len(flights) == 1:
                    self._settle(flights, self._too_large(flights[0].record.size))
                else:
                    if isinstance(error, TooLarge):
                        lane.most = max(1, len(flights) // 2)
                    lane.queue.extendleft(reversed(flights))
                    flights = []
                    if not isinstance(error, TooLarge):
                        await self._again(lane, backoff)
                flights = []
        except BaseException:
            lane.queue.extendleft(reversed(flights))
            raise
        finally:
            lane.busy = False

    async def _land(self, live: Live, lane: Lane, batch: Records) -> Exception | None:
        """Send one batch; return None when it is there, a ``SendError``, or why it has to go again."""
        producer = live.producer
        try:
            known = len(await producer.partitions_for(lane.topic))
            self._routes[lane.topic].grow(known)
            future = await producer.send_batch(batch, lane.topic, partition=lane.partition)
            future = asyncio.ensure_future(future)
            await self._wait(live, future)
        except Refused as exc:
            self.producers.retire(live)
            return SendError(f"the broker refuses what is sent to {lane.topic!r}: {why(exc)}")
        except TooLarge as exc:
            self.producers.retire(live)
            return exc
        except Exception as exc:  # whatever it is: these frames are somebody's, and nobody else sends them
            self.producers.retire(live)
            expected = isinstance(exc, KafkaError | OSError | AssertionError)
            log.warning("a batch for %s goes again: %s", lane.topic, why(exc), exc_info=None if expected else exc)
            return exc
        return None

    async def _again(self, lane: Lane, backoff: Backoff) -> None:
        """Pause before a batch goes again, and make sure that its topic is still there."""
        await asyncio.sleep(backoff.pause())
        self._catalog.topics.pop(lane.topic, None)
        with contextlib.suppress(SendError):  # then the brokers say so when it is sent
            await self._catalog.partitions(lane.topic)

    async def _wait(self, live: Live, future: asyncio.Future[object]) -> None:
        """Wait for a batch to land.

        Raises:
            Exception: it did not.
        """
        patience = STALLED * self._place.options.timeout
        while not future.done():
            await asyncio.wait([future, live.gone], timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if future.done():
                break
            if live.gone.done() or self._catalog.ready:
                future.add_done_callback(_forget)
                raise ConnectionError("its producer is stuck" if not live.gone.done() else "its producer was replaced")
        future.result()

    def _too_large(self, size: int) -> SendError:
        return SendError(
            f"the broker does not take a record of {size} bytes: raise message.max.bytes (or the topic's "
            "max.message.bytes) there, or lower the option max_message here"
        )

    def _settle(self, flights: Sequence[Flight], error: Exception | None) -> None:
        if flights:
            self._crossing.tell(_tell, tuple(flights), error)


def _tell(flights: Sequence[Flight], error: Exception | None) -> None:
    for flight in flights:
        flight.batch.settle(flight.place, error)


def _forget(future: asyncio.Future[object]) -> None:
    if not future.cancelled():
        future.exception()
