"""What can be seen of a bus: whether its middleware can be reached, and what has not been sent yet."""

from __future__ import annotations

from anyio.abc import TaskGroup

from cimbus.errors import UsageError
from cimbus.middleware.deferred_transport import DeferredTransport
from cimbus.middleware.outbox import Outbox
from cimbus.middleware.transport import Transport

from .publisher import Publisher


class BusStatus:
    """The state of a connection; ``Bus`` adds what can be done with it."""

    transport: Transport
    publisher: Publisher
    _outbox: Outbox | None
    _tasks: TaskGroup | None = None

    @property
    def outbox(self) -> Outbox:
        """What is published and not sent yet.

        Raises:
            UsageError: this bus has no outbox.
        """
        if self._outbox is None:
            raise UsageError("this bus has no outbox: Bus(url, outbox=FILE)")
        return self._outbox

    async def connected(self) -> None:
        """Wait until a lazy bus has reached its middleware for the first time; others have when they are open.

        Raises:
            ClosedError: the bus is not open.
        """
        if isinstance(self.transport, DeferredTransport):
            await self.transport.connected()

    @property
    def ready(self) -> bool:
        """Whether the middleware can be reached now."""
        return self._tasks is not None and self.transport.ready

    @property
    def unroutable(self) -> int:
        """How many messages the middleware took although no subscription existed for them, as far as it says so.

        ``memory:``, ``sqlite:`` and MQTT 5.0 at QoS 1 do. Such a message is dropped. What goes through an outbox
        is counted there.
        """
        return self.publisher.unroutable
