"""The producer that is in use, and the next one when it cannot be used any more.

Rules: a producer's sequence of numbers has a hole after a batch that failed (KIP-98), so that it is used no more then.
What it has under way may still land; when it is gone, whoever waits for it learns that.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from cimbus.errors import SendError
from cimbus.net import Backoff, why

from .clients import HURRY, new_producer, put_away, start
from .driver import Denied, KafkaError, Producer
from .place import Place

log = logging.getLogger("cimbus.kafka")


class Live:
    """A producer that is in use, and a sign of its end."""

    def __init__(self, producer: Producer) -> None:
        self.producer = producer
        self.gone: asyncio.Future[object] = asyncio.get_running_loop().create_future()


class Producers:
    """One producer after the other; the first one is made when somebody wants to send."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._live: Live | None = None
        self._making: asyncio.Task[Live] | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def close(self, patience: float) -> None:
        """End, whatever is under way."""
        tasks: list[asyncio.Task[Any]] = [*self._ending, *([self._making] if self._making else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        live, self._live = self._live, None
        if live is not None:
            await put_away(live.producer, patience)

    async def current(self) -> Live:
        """Wait for a producer that can be used.

        Raises:
            SendError: we may send nothing.
        """
        if self._live is not None:
            return self._live
        if self._making is None:
            self._making = asyncio.create_task(self._make())
        try:
            return await asyncio.shield(self._making)
        except Denied as exc:
            raise SendError(f"the brokers let us send nothing: {why(exc)}") from exc

    async def _make(self) -> Live:
        backoff = Backoff(0.05, 5.0)
        try:
            while True:
                await asyncio.gather(*self._ending)
                producer = new_producer(self._place)
                try:
                    await start(producer, self._place.options.timeout)
                except Denied:
                    await put_away(producer)
                    raise
                except (TimeoutError, OSError, KafkaError) as exc:
                    log.debug("no new producer: %s", exc)
                    await put_away(producer, HURRY)
                    await asyncio.sleep(backoff.pause())
                except BaseException:
                    await put_away(producer, HURRY)
                    raise
                else:
                    self._live = Live(producer)
                    return self._live
        finally:
            self._making = None

    def retire(self, live: Live) -> None:
        """Use a producer no more."""
        if self._live is live:
            self._live = None
            task = asyncio.create_task(self._end(live))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def _end(self, old: Live) -> None:
        """End a producer, after what it has under way."""
        try:
            await put_away(old.producer)
        finally:
            old.gone.set_result(None)
