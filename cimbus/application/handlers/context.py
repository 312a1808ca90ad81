"""What a handler sees beside its message: the buses, the state of the component, its attempt and its deadline."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, Unpack, cast, overload

from cimbus.application.bus import Bus
from cimbus.application.bus_options import RequestOptions
from cimbus.application.caused import correlated, publish_caused
from cimbus.application.chain import CallNext
from cimbus.application.context import HandlerContext, Pause
from cimbus.errors import UsageError
from cimbus.interface.element import XmlElement
from cimbus.interface.envelope import Header
from cimbus.interface.header_fields import PublishOptions
from cimbus.interface.message import Message
from cimbus.interface.model import Cim
from cimbus.interface.query import QueryPayload
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.expiry import expires_at
from cimbus.middleware.frame import Frame
from cimbus.middleware.safe_log import SafeLogger

if TYPE_CHECKING:
    # a type variable with a default (PEP 696) is in ``typing`` from Python 3.13 on; only type checkers need the default
    from typing_extensions import TypeVar

    S = TypeVar("S", default=Any)
else:
    from typing import TypeVar

    S = TypeVar("S")
N = TypeVar("N", bound=Cim | XmlElement)
M = TypeVar("M")
R = TypeVar("R")


Middleware = Callable[[Message[Any], "Context[Any]", CallNext], Awaitable[Any]]
"""A function of the user's around every handler of single messages."""


class HandlerScope(Generic[S]):
    """What the contexts of one handler have in common.

    Args:
        consumer: the handler's group, or the name of a timer.
        buses: all buses of the program.
        bus: the name of the handler's.
        publish_to: the name of the one that it publishes to.
        state: what the lifespan yielded.
    """

    __slots__ = ("bus", "buses", "consumer", "logger", "state", "target")

    def __init__(self, consumer: str, buses: Mapping[str, Bus], bus: str, publish_to: str, state: S) -> None:
        self.consumer = consumer
        self.buses = buses
        self.bus = buses[bus]
        self.target = buses[publish_to]
        self.state = state
        self.logger = logging.getLogger(f"cimbus.{consumer}")

    def context(self, delivery: Delivery[Frame], message: Message[Any] | None, pause: Pause) -> Context[S]:
        """Return the context of one message."""
        return Context(delivery, message, pause, self)


class Context(HandlerContext, Generic[S]):
    """What a handler gets for a parameter that is annotated so: ``context: Context[State]``.

    >>> import anyio
    >>> from cimbus import Bus, Component, Message
    >>> from cimbus.nouns import EndDeviceEvents, MeterReadings
    >>> ami = Component("AMI")
    >>> @ami.on(EndDeviceEvents)
    ... async def read(message: Message[EndDeviceEvents], context: Context) -> None:
    ...     readings = await context.publish(MeterReadings())
    ...     print(readings.header.correlation_id, context.attempt, context.deadline)
    ...     ami.stop()
    >>> async def main():
    ...     async with Bus("memory:") as bus, anyio.create_task_group() as tasks:
    ...         await tasks.start(ami.run, bus)
    ...         _ = await bus.publish(EndDeviceEvents(), message_id="m-1")
    >>> anyio.run(main)
    m-1 1 None

    Attributes:
        attempt: which attempt to handle the message this is; the first is 1.
        unit_of_work: where the component has an inbox; else None.
    """

    __slots__ = ("_message", "_scope")

    def __init__(
        self, delivery: Delivery[Frame], message: Message[Any] | None, pause: Pause, scope: HandlerScope[S]
    ) -> None:
        # as in the base class: a call of it would cost every message
        self.pause = pause
        self.delivery = delivery
        self.attempt = 1
        self.attempt_begun = 0.0
        self.attempt_ends = None
        self.errors = []
        self.unit_of_work = None
        self.duplicate = False
        self._message = message
        self._scope = scope

    @property
    def state(self) -> S:
        """What the component's ``lifespan`` yielded; None where it has none."""
        return self._scope.state

    @property
    def bus(self) -> Bus:
        """The bus that the message came from."""
        return self._scope.bus

    @property
    def buses(self) -> Mapping[str, Bus]:
        """All buses of the program by name; one that was given without a name is ``default``."""
        return self._scope.buses

    @property
    def header(self) -> Header:
        """The header of the message that is handled.

        Raises:
            UsageError: there is not one message: this is the context of a timer or of a batch.
        """
        return self._cause.header

    @property
    def _cause(self) -> Message[Any]:
        if self._message is None:
            raise UsageError("a timer and a batch have no single message, and so no header")
        return self._message

    @property
    def deadline(self) -> datetime | None:
        """When the work is of no use any more: the message has expired, or the handler's ``timeout`` is over.

        A request expires with the timeout of the application that sent it. None: never.
        """
        expires = expires_at(self.delivery.value.properties)
        ends = expires if self.attempt_ends is None else min(expires, self.attempt_ends)
        return None if ends == float("inf") else datetime.fromtimestamp(ends, UTC)

    @property
    def log(self) -> ContextLogger:
        """A logger whose lines name the handler, the message, its topic and the attempt."""
        return ContextLogger(self._scope.logger, self._names())

    def _names(self) -> dict[str, object]:
        scope = self._scope
        if self._message is None:
            return {"consumer": scope.consumer}
        return {
            "consumer": scope.consumer,
            "message_id": self._message.header.message_id,
            "topic": str(self.delivery.value.topic),
            "attempt": self.attempt,
        }

    @overload
    async def publish(
        self, payload: Message[M], *, bus: str | None = None, **options: Unpack[PublishOptions]
    ) -> Message[M]: ...
    @overload
    async def publish(self, payload: N, *, bus: str | None = None, **options: Unpack[PublishOptions]) -> Message[N]: ...
    async def publish(self, payload: Any, *, bus: str | None = None, **options: Any) -> Message[Any]:
        """Publish a message with the CorrelationID of the one that is handled, or else its MessageID.

        Where the component's inbox is in the file of the bus's outbox, the message is written there when the handler
        has succeeded, in one transaction with the mark that it has. Else it is sent at once, and again with each
        attempt.

        Args:
            payload: a noun, or a whole ``Message``.
            bus: the name of the bus; by default the handler's ``publish_to``, or else its own.
            options: as for ``Bus.publish``.

        Raises:
            UsageError: there is no such bus.
            EncodeError: the message cannot be written.
            SendError: the middleware refused it.
        """
        target = self._scope.target if bus is None else self._scope.buses[bus]
        if self._message is not None:
            options = correlated(payload, self._message, options)
        return await publish_caused(target.publisher, self.unit_of_work, payload, options)

    @overload
    async def request(
        self,
        payload: QueryPayload[R],
        *,
        bus: str | None = None,
        timeout: float = 30,
        **options: Unpack[RequestOptions],
    ) -> Message[R]: ...
    @overload
    async def request(
        self,
        payload: Cim | XmlElement | Message[Any],
        *,
        bus: str | None = None,
        timeout: float = 30,
        **options: Unpack[RequestOptions],
    ) -> Message[Any]: ...
    async def request(
        self, payload: Any, *, bus: str | None = None, timeout: float = 30, **options: Any
    ) -> Message[Any]:
        """Send a request and return its reply; as ``Bus.request``.

        Its CorrelationID is its own: by it the reply is found.

        Args:
            payload: a query, another noun, or a ``Message``.
            bus: the name of the bus; by default the handler's ``publish_to``, or else its own.
            timeout: seconds to wait for the reply.
            options: as for ``Bus.request``.

        Raises:
            UsageError: there is no such bus.
            ReplyTimeoutError: no reply in time.
            ReplyError: the reply says FAILED, or is a FaultMessage.
        """
        target = self._scope.target if bus is None else self._scope.buses[bus]
        reply: Message[Any] = await target.request(payload, timeout=timeout, **options)
        return reply


class ContextLogger(SafeLogger):
    """Writes the consumer, MessageID, topic and attempt behind each line, and as fields of the record.

    The field ``named`` is what is behind the line, so that a formatter that writes the fields can leave it out.
    """

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """Log, with the names behind the line."""
        if self.isEnabledFor(level):
            names = cast("Mapping[str, object]", self.extra or {})
            said = " ".join(f"{name}={one}" for name, one in names.items() if one is not None)
            text = str(msg) if args else str(msg).replace("%", "%%")  # without arguments, logging leaves % alone
            kwargs["extra"] = {**names, **(kwargs.get("extra") or {}), "named": said}
            super().log(level, f"{text} [%s]", *args, said, **kwargs)
