"""The spans of handlers: what they publish and log belongs to them."""

from __future__ import annotations

from typing import Any

from cimbus.application.chain import CallNext, Interceptor
from cimbus.application.context import HandlerContext
from cimbus.application.observers import CURRENT, HandlerNames
from cimbus.application.tracing import Spans
from cimbus.interface.message import Message


class TracingObserver:
    """Makes a span for each message that a handler handles, or for each attempt to handle a batch."""

    def __init__(self, spans: Spans) -> None:
        self._spans = spans

    def around_message(self, names: HandlerNames) -> Interceptor | None:
        """Return what makes a span for a message, with all attempts to handle it."""
        return ProcessSpanInterceptor(self._spans, names.consumer)

    def around_attempt(self, names: HandlerNames) -> Interceptor | None:
        """Return what notes in it that an attempt failed, and makes a span for a batch."""
        return AttemptSpanInterceptor(self._spans, names.consumer)


class ProcessSpanInterceptor:
    """A span around all attempts to handle one message, in the trace that the message was sent in."""

    def __init__(self, spans: Spans, consumer: str) -> None:
        self._spans = spans
        self._consumer = consumer

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Call the rest of the chain in a span."""
        with self._spans.current(self._spans.begin("process", context.delivery.value, self._consumer)):
            return await call_next(message, context)


class AttemptSpanInterceptor:
    """Notes in the span of a message which attempts failed; a batch has a span here, with a link to each message."""

    def __init__(self, spans: Spans, consumer: str) -> None:
        self._spans = spans
        self._consumer = consumer

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Call the rest of the chain."""
        handling = CURRENT.get()
        if isinstance(message, list) and handling is not None:
            frames = [delivery.value for delivery in handling.deliveries]
            with self._spans.current(self._spans.begin_batch(frames, self._consumer)):
                return await call_next(message, context)
        try:
            return await call_next(message, context)
        except Exception as error:
            self._spans.attempt_failed(error, context.attempt)
            raise
