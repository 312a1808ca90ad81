"""Reports at an interval and on request.

A request is for all processes of all components, so each has a subscription of its own to it, in no group; and each
publishes its report as an event, so that who asked, and others, receive all of them (EIP: Scatter-Gather). A requester
that waits for a reply gets one, too: that of the process that answers first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import anyio

from cimbus.application.bus import Bus
from cimbus.application.clock import Clock
from cimbus.application.handler import HandlerRunner
from cimbus.application.marshal import unpack
from cimbus.application.patterns import pattern_of
from cimbus.application.replier import Replier
from cimbus.errors import CimbusError, DecodeError
from cimbus.interface.message import Message
from cimbus.interface.topic import Kind
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.expiry import is_expired
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import ThrottledLog
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.transport import SubscriptionSpec
from cimbus.nouns.reporting import ComponentReports, GetComponentReports

from .reports import ReportWriter

log: Final = safe_logger("cimbus")


LEAST_VALID: Final = 60.0
"""For how many seconds a report is of use at least: a receiver may be slow, and its clock may differ from this one."""
LAST_REPORT_TIMEOUT: Final = 2.0
"""How long the last report may take, in seconds: less than a supervisor waits for a program to end."""


class ReportRunner:
    """Reports for one run of a component, on all its buses.

    Args:
        name: the component's.
        every: seconds from one report to the next; 0: on request alone.
        writer: makes the reports.
        runners: the handlers.
        buses: by name.
        clock: what time is.
    """

    def __init__(
        self,
        name: str,
        every: float,
        *,
        writer: ReportWriter,
        runners: dict[str, HandlerRunner],
        buses: dict[str, Bus],
        clock: Clock,
    ) -> None:
        self._name = name
        self._every = every
        self._writer = writer
        self._runners = runners
        self._buses = buses
        self._clock = clock
        self._throttled = ThrottledLog(log)
        self._waiting = 0

    async def run(self, stop: anyio.Event, started: Callable[[], None]) -> None:
        """Report until ``stop`` is set, and once more then; ``started`` is called when requests are received."""
        self._waiting = len(self._buses)

        def listening() -> None:
            self._waiting -= 1
            if not self._waiting:
                started()

        async with anyio.create_task_group() as tasks:
            for bus in self._buses.values():
                tasks.start_soon(self._answer, bus, listening)
            if self._every:
                tasks.start_soon(self._report_at_intervals)
            await stop.wait()
            tasks.cancel_scope.cancel()
        if self._every:
            with anyio.move_on_after(LAST_REPORT_TIMEOUT):
                for bus in self._buses.values():
                    await self._publish(bus, stopping=True)

    def _reports(self, *, stopping: bool = False) -> ComponentReports:
        return ComponentReports(ComponentReport=[self._writer.report(self._runners, self._buses, stopping=stopping)])

    async def _report_at_intervals(self) -> None:
        planned = self._clock.now()
        while True:
            for bus in self._buses.values():
                await self._publish(bus)
            late = max(0.0, self._clock.now() - planned) // self._every
            planned += (late + 1) * self._every
            await self._clock.until(planned)

    async def _publish(self, bus: Bus, *, stopping: bool = False) -> None:
        """Publish a report; one that cannot be sent now is not kept: the next one says more."""
        if not bus.ready:
            return
        try:
            message = bus.publisher.stamp(self._reports(stopping=stopping), verb="created")
            if message.header.source is None:
                message = message.replace(source=self._name)
            _ = await bus.publisher.send_one(message, None, max(self._every, LEAST_VALID))
        except CimbusError as error:
            self._throttled.warning("%s: its report cannot be published: %s", self._name, error)

    async def _answer(self, bus: Bus, listening: Callable[[], None]) -> None:
        """Report when it is asked for on a bus."""
        pattern = pattern_of(GetComponentReports, verb="get", kind=Kind.requests, context=bus.context)
        replier = Replier(bus.publisher, self._name, bus.reply_rules)
        if not bus.ready:  # an outbox: the component does its work without the middleware
            listening()
            listening = _nothing
        try:
            async with bus.transport.listen(SubscriptionSpec(patterns=(pattern,))) as consumer:
                listening()
                listening = _nothing
                while True:
                    await self._answer_all(bus, replier, await consumer.receive())
        except CimbusError as error:  # the handlers can do their work all the same
            log.warning("%s does not report on request: %s", self._name, error)
            listening()

    async def _answer_all(self, bus: Bus, replier: Replier, deliveries: Sequence[Delivery[Frame]]) -> None:
        """Publish one report for all requests that came together, and reply to those that want a reply."""
        asked = [(each.value, request) for each in deliveries if (request := self._request(bus, each)) is not None]
        for delivery in deliveries:
            delivery.accept()
        if asked:
            await self._publish(bus)
        for frame, request in asked:
            if frame.properties.get("ReplyAddress") or request.header.reply_address:
                try:
                    await replier.send(request, frame, self._reports())
                except CimbusError as error:
                    self._throttled.warning("%s: its report cannot be sent to who asked: %s", self._name, error)

    def _request(self, bus: Bus, delivery: Delivery[Frame]) -> Message[Any] | None:
        """Return a request that is for this component; None if it is none."""
        frame = delivery.value
        if delivery.defect or is_expired(frame, time.time()):
            return None
        try:
            request = unpack(frame, limits=bus.limits)
            query = request.payload
        except DecodeError as error:
            self._throttled.warning("%s: a request for its report cannot be read: %s", self._name, error)
            return None
        if not isinstance(query, GetComponentReports) or (query.component and self._name not in query.component):
            return None
        return request


def _nothing() -> None:
    """Do nothing: it was started before."""
