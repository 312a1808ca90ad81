"""Replies on their way back over a bridge."""

from __future__ import annotations

from typing import Final

from cimbus.application.bus import Bus
from cimbus.application.correlation import is_acknowledgement
from cimbus.errors import DecodeError
from cimbus.interface.codecs import decode
from cimbus.interface.envelope import ResultKind
from cimbus.middleware.frame import Frame
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.transport import Consumer

from .counters import BridgeCounters
from .route_file import RouteFile
from .translator import Translator

log: Final = safe_logger("cimbus")


class ReplyForwarder:
    """Sends replies to where their requests came from.

    Args:
        source: the bus of the requesters.
        translator: knows whose reply it is.
        counters: of the bridge.
        name: of the bridge, for the log.
        routes: where its routes are kept; None: in memory alone.
    """

    def __init__(
        self, source: Bus, translator: Translator, counters: BridgeCounters, name: str, routes: RouteFile | None
    ) -> None:
        self._source = source
        self._translator = translator
        self._counters = counters
        self._name = name
        self._routes = routes

    async def run(self, consumer: Consumer) -> None:
        """Return what a consumer receives, until cancelled.

        Raises:
            ClosedError: the consumer was closed.
        """
        while True:
            for delivery in await consumer.receive():
                if delivery.defect:
                    log.warning("%s: a reply that cannot be read: %s", self._name, delivery.defect)
                else:
                    await self._return(delivery.value)
                delivery.accept()

    async def _return(self, frame: Frame) -> None:
        """Send a reply to where its request came from; replies to others are ignored."""
        try:
            found = self._translator.back(frame)
        except Exception as error:  # noqa: BLE001  # one reply that cannot be read stops no other
            log.warning("%s: a reply that cannot be read: %s", self._name, error)
            return
        if found is None:
            return
        reply, route = found
        (failure,) = await self._source.transport.send((reply,))
        if failure is None:
            self._counters.add("replies")
        else:
            log.warning("%s: a reply cannot be sent to %s: %s", self._name, reply.address or reply.topic, failure)
        if self._routes is not None and self._is_last(frame):
            await self._routes.remove((route.sent_as,))

    def _is_last(self, frame: Frame) -> bool:
        """Return whether no more replies follow: PARTIAL and an acknowledgement say that they do (ReplyType)."""
        try:
            reply = decode(frame.body, limits=self._source.limits)
            return reply.result != ResultKind.PARTIAL and not is_acknowledgement(reply)
        except DecodeError:
            return False  # whatever it is; the route expires
