"""Components under test: messages are published, and everything that follows has happened when the call returns."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import count
from typing import Any, Final, TypeVar, Unpack, overload

import anyio
import anyio.abc
import anyio.lowlevel

from cimbus.application.bus import Bus
from cimbus.application.bus_options import BusOptions, RequestOptions
from cimbus.application.component import Component
from cimbus.application.handler_spec import HandlerSpec
from cimbus.application.handlers.named_buses import DEFAULT, NamedBuses
from cimbus.application.timer import TimerSpec
from cimbus.errors import UsageError
from cimbus.interface.element import XmlElement
from cimbus.interface.header_fields import PublishOptions
from cimbus.interface.message import Message
from cimbus.interface.model import Cim
from cimbus.interface.query import QueryPayload
from cimbus.middleware.memory import MemoryTransport
from cimbus.middleware.tasks import unwrap_single_error

from .recording import Recording, RecordingTransport, counts_of
from .virtual_clock import VirtualClock

N = TypeVar("N", bound=Cim | XmlElement)
R = TypeVar("R")

LIMIT: Final = 10.0
"""Seconds after which ``settled`` fails by default: handlers in tests take milliseconds, but machines may be busy."""
QUIET: Final = 20
"""Turns of the event loop without a change after which nothing moves: a message takes few from step to step."""
STEP: Final = 0.001
"""Seconds to wait for a thread, or for what a handler itself waits for."""
END: Final = 1.0
"""Seconds that handlers have to end at the end of the block: those of a test that failed may never do."""
STUCK: Final = 50
"""Steps after which a pause is ended although another handler is at work, which may wait for that pause."""

_NUMBERS: Final = count()
"""Of exchanges: two harnesses at once do not meet."""


class Harness(Recording):
    """Components at work on buses in memory, made by ``harness``.

    >>> from cimbus import Component
    >>> from cimbus.nouns import MeterReadings
    >>> ami = Component("AMI")
    >>> @ami.every(900)
    ... async def bundle() -> MeterReadings:
    ...     return MeterReadings()
    >>> async def main():
    ...     async with harness(ami) as test:
    ...         await test.advance(1800)
    ...         return len(test.published(MeterReadings))
    >>> anyio.run(main)
    2

    Attributes:
        buses: the test's own buses, by name: what is published on them is not in ``published``.
        clock: which time it is for the components.
    """

    def __init__(
        self,
        components: Sequence[Component[Any]],
        transports: Mapping[str, RecordingTransport],
        component_buses: NamedBuses,
        buses: NamedBuses,
        limit: float,
    ) -> None:
        self.buses: Mapping[str, Bus] = buses
        self.clock = VirtualClock()
        super().__init__(components, transports, component_buses)
        self._limit = limit

    # -- sending --------------------------------------------------------------------------------------------------

    async def publish(
        self, *payloads: Cim | XmlElement | Message[Any], bus: str | None = None, **options: Unpack[PublishOptions]
    ) -> list[Message[Any]]:
        """Publish messages, and wait until everything that follows is settled; return them, stamped.

        Args:
            payloads: nouns or messages.
            bus: the name of the bus, of several.
            options: as for ``Bus.publish``.

        Raises:
            TimeoutError: it is not settled within the limit; the message says what is left.
        """
        own = self._bus(bus)
        sent = [await own.publish(payload, **options) for payload in payloads]
        await self.settled()
        return sent

    @overload
    async def request(
        self, payload: QueryPayload[R], *, bus: str | None = None, **options: Unpack[RequestOptions]
    ) -> Message[R]: ...
    @overload
    async def request(
        self, payload: Cim | XmlElement | Message[Any], *, bus: str | None = None, **options: Unpack[RequestOptions]
    ) -> Message[Any]: ...
    async def request(self, payload: Any, *, bus: str | None = None, **options: Any) -> Message[Any]:
        """Send a request, wait until everything that follows is settled, and return its reply.

        Raises:
            ReplyError: the reply says FAILED.
            TimeoutError: there is no reply within the limit.
        """
        replies: list[Message[Any]] = []
        errors: list[Exception] = []

        async def ask() -> None:
            try:
                replies.append(await self._bus(bus).request(payload, timeout=self._limit, expires=None, **options))
            except Exception as error:  # noqa: BLE001  # it is raised below, not in the task group
                errors.append(error)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            while not (replies or errors):
                await self.settled()
                await anyio.sleep(STEP)
        if errors:
            raise errors[0]
        return replies[0]

    async def advance(self, seconds: float) -> None:
        """Move the time: call the timers that are planned until then, and wait until what follows is settled."""
        end = self.clock.now() + seconds
        while self.clock.move_to_next(end):
            await self.settled()
        await self.settled()

    def _bus(self, name: str | None) -> Bus:
        if name is None and len(self.buses) > 1:
            raise UsageError(f"on which bus? Give bus={' or bus='.join(map(repr, self.buses))}")
        return self.buses[name if name is not None else next(iter(self.buses))]

    # -- waiting --------------------------------------------------------------------------------------------------

    async def settled(self) -> None:
        """Wait until every message is settled, and everything that handlers published in consequence.

        Raises:
            TimeoutError: that is not so within the limit; the message says what is left.
        """
        with anyio.move_on_after(self._limit) as scope:
            steps = 0
            while True:
                await self.quiet()
                backlog, at_work = await self._backlog(), self._at_work() - self.clock.paused
                if at_work <= 0 or steps >= STUCK:
                    steps = 0
                    if self.clock.end_pause():
                        continue
                if not backlog and at_work <= 0:
                    return
                steps += 1
                await anyio.sleep(STEP)
        if scope.cancelled_caught:
            left = {c.name: dict(c.in_progress) for c in self._components if c.in_progress}
            raise TimeoutError(
                f"not settled within {self._limit:g} s: {await self._backlog()} messages; at work: {left}"
            )

    async def quiet(self) -> None:
        """Wait until nothing moves for some turns of the event loop."""
        turns, last = 0, None
        while turns < QUIET:
            await anyio.lowlevel.checkpoint()
            now = (
                self._at_work(),
                self.clock.paused,
                [len(transport.frames) for transport in self._transports.values()],
                [counts_of(component) for component in self._components],
            )
            turns, last = (turns + 1, last) if now == last else (0, now)

    def _at_work(self) -> int:
        return sum(sum(component.in_progress.values()) for component in self._components)

    async def _backlog(self) -> int:
        """Return how many messages are unsettled at the components, or not sent yet."""
        prefixes = tuple(f"{component.name}." for component in self._components)
        left = 0
        for transport in self._transports.values():
            left += sum(group.backlog or 0 for group in await transport.groups() if group.group.startswith(prefixes))
        for bus in self._component_buses.values():
            if bus.publisher.outbox is not None:
                left += await bus.publisher.outbox.backlog()
        return left


@asynccontextmanager
async def harness(
    *components: Component[Any], limit: float = LIMIT, **options: Unpack[BusOptions]
) -> AsyncGenerator[Harness]:
    """Return the block in which components run on buses in memory, one for each name that their handlers use.

    No retry, ``Postpone``, circuit breaker or incomplete batch takes time; timers are called by ``advance``.

    >>> from cimbus import Component, Message
    >>> from cimbus.nouns import EndDeviceEvents, MeterReadings
    >>> ami = Component("AMI")
    >>> @ami.on(EndDeviceEvents)
    ... async def read(message: Message[EndDeviceEvents]) -> MeterReadings:
    ...     return MeterReadings()
    >>> async def main():
    ...     async with harness(ami) as test:
    ...         await test.publish(EndDeviceEvents())
    ...         print(test.published(MeterReadings), test.counts("EndDeviceEvents")["handled"])
    >>> anyio.run(main)  # doctest: +ELLIPSIS
    [<EventMessage created MeterReadings ...>] 1

    Args:
        components: what is tested; several meet on the same buses.
        limit: seconds of real time after which waiting has failed.
        options: of the components' buses.

    Raises:
        UsageError: a handler does not say which of several buses it means.
    """
    specs: list[HandlerSpec | TimerSpec] = []
    for component in components:
        specs += [*component.handlers, *component.timers]
    names = sorted({name for spec in specs for name in (spec.bus, spec.publish_to) if name}) or [DEFAULT]
    number = next(_NUMBERS)
    with unwrap_single_error():
        async with AsyncExitStack() as stack:
            transports = {name: RecordingTransport(f"harness-{number}-{name}") for name in names}
            theirs, ours = NamedBuses(), NamedBuses()
            for name, transport in transports.items():
                theirs[name] = await stack.enter_async_context(Bus(transport, **options))
                ours[name] = await stack.enter_async_context(Bus(MemoryTransport(transport.name)))
            test = Harness(components, transports, theirs, ours, limit)
            tasks = await stack.enter_async_context(anyio.create_task_group())
            ended = [anyio.Event() for _ in components]
            for component, event in zip(components, ended, strict=True):
                await tasks.start(_run, partial(component.run, theirs, clock=test.clock), event)
            await test.quiet()  # timers are planned once their tasks have begun
            yield test
            for component in components:
                component.stop()
            with anyio.move_on_after(END):
                for event in ended:
                    await event.wait()
            tasks.cancel_scope.cancel()


async def _run(
    run: Callable[..., Awaitable[None]], ended: anyio.Event, *, task_status: anyio.abc.TaskStatus[None]
) -> None:
    try:
        await run(task_status=task_status)
    finally:
        ended.set()
