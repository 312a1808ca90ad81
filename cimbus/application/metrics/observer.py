"""What is measured in a handler's chain: seconds of each attempt, and how old a message was when it began."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, cast

from cimbus.application.chain import CallNext, Interceptor
from cimbus.application.context import HandlerContext
from cimbus.application.observers import HandlerNames
from cimbus.interface.message import Message

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Gauge, Histogram

LABELS: Final = ("component", "consumer", "noun", "bus")
"""Of what is counted for a handler: each has few values, since none comes from a message."""
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds: from a handler that only looks at its message to one that waits for other systems. After a minute it is
reported as slow."""


def label_values(names: HandlerNames) -> tuple[str, ...]:
    """Return the values of ``LABELS``.

    >>> label_values(HandlerNames(component="OMS", handler="outage", noun="EndDeviceEvents", bus="default"))
    ('OMS', 'OMS.outage', 'EndDeviceEvents', 'default')
    """
    return names.component, names.consumer, names.noun, names.bus


class MetricsObserver:
    """Makes the interceptors that measure.

    Args:
        registry: where the histogram and the gauge are registered.

    Attributes:
        names: of the handlers that were started, by consumer: a counter keeps its labels when its component stops.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        from prometheus_client import Gauge, Histogram

        self.names: dict[str, HandlerNames] = {}
        self._seconds = Histogram(
            "cimbus_handler_seconds", "Seconds of an attempt to handle a message.", LABELS, buckets=BUCKETS,
            registry=registry,
        )  # fmt: skip
        self._lag = Gauge(
            "cimbus_lag_seconds",
            "How old the message that was begun last was then, by its Header.Timestamp.",
            LABELS,
            registry=registry,
        )

    def around_message(self, names: HandlerNames) -> Interceptor | None:
        """Return what notes the age of a message."""
        return LagInterceptor(self._lag.labels(*label_values(names)))  # not called for batches

    def around_attempt(self, names: HandlerNames) -> Interceptor | None:
        """Return what measures an attempt."""
        self.names[names.consumer] = names
        labels = label_values(names)
        return SecondsInterceptor(self._seconds.labels(*labels), self._lag.labels(*labels))


class LagInterceptor:
    """Sets a gauge to the age of each message when it is begun, in seconds."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Note the age, and call the rest of the chain."""
        _note_age(self._gauge, message)
        return await call_next(message, context)


class SecondsInterceptor:
    """Observes the seconds of each attempt, failed ones included; of a batch, the age of its first message, too."""

    def __init__(self, histogram: Histogram, gauge: Gauge) -> None:
        self._histogram = histogram
        self._gauge = gauge

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Measure the rest of the chain."""
        if isinstance(message, list):
            _note_age(self._gauge, cast("list[Message[Any]]", message)[0])
        begun = time.perf_counter()
        try:
            return await call_next(message, context)
        finally:
            self._histogram.observe(time.perf_counter() - begun)


def _note_age(gauge: Gauge, message: Message[Any]) -> None:
    sent = message.header.timestamp
    if sent is not None:
        gauge.set(max(0.0, time.time() - sent.timestamp()))
