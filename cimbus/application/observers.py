"""What watches the handlers of a component while it runs: metrics, traces, structured logs, reports.

Where there is no observer, a message passes the same functions as if this module did not exist.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any, Final, Protocol, TypeVar
from weakref import WeakSet

import msgspec

from cimbus.interface.message import Message
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame

from .chain import Interceptor
from .context import ContextFactory, HandlerContext, Pause

T = TypeVar("T", bound=Delivery[Frame] | list[Delivery[Frame]])


class HandlerNames(msgspec.Struct, frozen=True, kw_only=True):
    """What a handler is called; each name is one of few, as the labels of metrics have to be.

    >>> HandlerNames(component="OMS", handler="outage", noun="EndDeviceEvents", bus="default").consumer
    'OMS.outage'

    Attributes:
        noun: of the messages that it receives; ``all`` where it takes any, empty for a timer.
        bus: the name of the bus that it receives from.
    """

    component: str
    handler: str
    noun: str
    bus: str

    @property
    def consumer(self) -> str:
        """The name of its group."""
        return f"{self.component}.{self.handler}"


class Observer(Protocol):
    """Adds interceptors to each handler that starts while it observes."""

    def around_message(self, names: HandlerNames) -> Interceptor | None:
        """Return what is called once for a message, around all attempts to handle it; None: nothing."""
        ...

    def around_attempt(self, names: HandlerNames) -> Interceptor | None:
        """Return what is called for each attempt; for one with a batch, with a list of messages."""
        ...


EVERYWHERE: Final[WeakSet[Observer]] = WeakSet()
"""What observes the handlers of every component of this process, as long as something else refers to it."""


class Handling:
    """What one worker is handling: one message, or a batch.

    Attributes:
        names: of the handler.
        deliveries: of the message, or of all messages of the batch.
        context: None until the message was read.
    """

    __slots__ = ("context", "deliveries", "names")

    def __init__(self, names: HandlerNames, deliveries: Sequence[Delivery[Frame]]) -> None:
        self.names = names
        self.deliveries = deliveries
        self.context: HandlerContext | None = None


CURRENT: Final[ContextVar[Handling | None]] = ContextVar("cimbus_handling", default=None)
"""What is handled in this task, and in tasks and threads that were started there; set where there is an observer."""


def observed(names: HandlerNames, handle: Callable[[T], Awaitable[None]]) -> Callable[[T], Awaitable[None]]:
    """Return a function that notes in ``CURRENT`` what is handled while it is."""

    async def handle_observed(delivered: T) -> None:
        deliveries: Sequence[Delivery[Frame]] = delivered if isinstance(delivered, list) else (delivered,)
        token = CURRENT.set(Handling(names, deliveries))
        try:
            await handle(delivered)
        finally:
            CURRENT.reset(token)

    return handle_observed


def noted(make: ContextFactory) -> ContextFactory:
    """Return a function that makes a context and notes it in ``CURRENT``."""

    def make_noted(delivery: Delivery[Frame], message: Message[Any] | None, pause: Pause) -> HandlerContext:
        context = make(delivery, message, pause)
        if (handling := CURRENT.get()) is not None:
            handling.context = context
        return context

    return make_noted
