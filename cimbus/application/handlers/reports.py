"""What a component says of itself (IEC 61968-1, 7.1)."""

from __future__ import annotations

import os
import socket
import time
from collections import deque
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from cimbus.application.bus import Bus
from cimbus.application.chain import CallNext, Interceptor
from cimbus.application.context import HandlerContext
from cimbus.application.handler import HandlerRunner
from cimbus.application.observers import HandlerNames
from cimbus.errors import CimbusError
from cimbus.interface.message import Message
from cimbus.nouns.reporting import BusReport, ComponentReport, ErrorReport, HandlerReport

ERRORS: Final = 10
"""How many of the last errors a report has: the kinds that occur now, and no log."""


class LastErrors:
    """Notes the exceptions that handlers end with."""

    def __init__(self) -> None:
        self.errors: deque[ErrorReport] = deque(maxlen=ERRORS)

    def around_message(self, names: HandlerNames) -> Interceptor | None:
        """Return what notes the exception that all attempts to handle a message end with."""
        return ErrorInterceptor(self.errors, names.handler, batches=False)

    def around_attempt(self, names: HandlerNames) -> Interceptor | None:
        """Return what notes the exception of an attempt to handle a batch."""
        return ErrorInterceptor(self.errors, names.handler, batches=True)


class ErrorInterceptor:
    """Notes the exception that the rest of the chain ends with."""

    def __init__(self, errors: deque[ErrorReport], handler: str, *, batches: bool) -> None:
        self._errors = errors
        self._handler = handler
        self._batches = batches

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Call the rest of the chain."""
        try:
            return await call_next(message, context)
        except Exception as error:
            batch = isinstance(message, list)
            if batch == self._batches:
                self._errors.append(
                    ErrorReport(
                        createdDateTime=datetime.now(UTC),
                        handler=self._handler,
                        exceptionType=type(error).__name__,
                        messageID=None if batch else message.header.message_id,
                    )
                )
            raise


class ReportWriter:
    """Makes the reports of one run of a component.

    Args:
        name: the component's.
        every: seconds from one report to the next.
        function: the code of its business function, if it has one.
    """

    def __init__(self, name: str, every: float, function: str | None = None) -> None:
        self.last_errors = LastErrors()
        self._name = name
        self._every = every
        self._function = function
        self._since = datetime.now(UTC)
        self._host, self._process = socket.gethostname(), os.getpid()
        self.identity = f"{name}@{self._host}:{self._process}"
        self._seen: dict[str, tuple[float, int, Decimal | None]] = {}
        """By handler: when the last rate was made, how many messages were handled then, and the rate."""

    def report(self, runners: dict[str, HandlerRunner], buses: dict[str, Bus], *, stopping: bool) -> ComponentReport:
        """Return what there is to say now."""
        buses_now = [_bus_report(name, bus) for name, bus in buses.items()]
        handlers = [self._handler(runner) for runner in runners.values()]
        return ComponentReport(
            mRID=self.identity,
            name=self._name,
            statusKind=_status(buses_now, handlers, stopping=stopping),
            createdDateTime=datetime.now(UTC),
            startDateTime=self._since,
            intervalSeconds=_decimal(self._every),
            softwareVersion=_version(),
            function=self._function,
            Bus=buses_now,
            Error=list(self.last_errors.errors),
            Handler=handlers,
            host=self._host,
            processID=self._process,
        )

    def _handler(self, runner: HandlerRunner) -> HandlerReport:
        counters = runner.counters
        return HandlerReport(
            name=runner.names.handler,
            noun=runner.names.noun,
            bus=runner.names.bus,
            handled=counters.handled,
            failed=counters.failed,
            retried=counters.retried,
            deadLettered=counters.dead_lettered,
            duplicates=counters.duplicates,
            expired=counters.expired,
            inFlight=runner.in_flight,
            inProgress=runner.in_progress,
            oldestSeconds=_decimal(runner.oldest),
            ratePerSecond=self._rate(runner.names.handler, counters.handled),
            waiting=bool(runner.waiting),
        )

    def _rate(self, handler: str, handled: int) -> Decimal | None:
        """Return messages per second since the last look; one that was within a second is not repeated."""
        now = time.monotonic()
        seen = self._seen.get(handler)
        if seen is None:
            self._seen[handler] = now, handled, None
            return None
        then, before, rate = seen
        if now - then >= 1.0:
            rate = _decimal((handled - before) / (now - then))
            self._seen[handler] = now, handled, rate
        return rate


def _status(buses: list[BusReport], handlers: list[HandlerReport], *, stopping: bool) -> str:
    if stopping:
        return "stopping"
    if not all(bus.connected for bus in buses):
        return "disconnected"
    return "waiting" if any(handler.waiting for handler in handlers) else "ready"


def _bus_report(name: str, bus: Bus) -> BusReport:
    outbox = bus.publisher.outbox
    if outbox is None:
        return BusReport(name=name, connected=bus.ready)
    try:
        messages, octets, oldest = outbox.peek()
    except CimbusError:  # it cannot be read now, and a report without it is of use, too
        return BusReport(name=name, connected=bus.ready)
    return BusReport(
        name=name,
        connected=bus.ready,
        backlogMessages=messages,
        backlogOctets=octets,
        backlogOldestSeconds=_decimal(oldest),
    )


def _decimal(seconds: float) -> Decimal:
    """Return a number with three places: milliseconds."""
    return Decimal(str(round(seconds, 3)))


def _version() -> str | None:
    try:
        return version("cimbus")
    except PackageNotFoundError:
        return None
