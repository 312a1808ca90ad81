"""A publisher whose messages have spans, and carry where in a trace they were sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from cimbus.application.publisher import Publisher
from cimbus.interface.message import Message
from cimbus.middleware.frame import Frame

from .spans import Operation, Spans

Send = Callable[[Sequence[Frame]], Awaitable[Sequence[Exception | None]]]


class TracedPublisher(Publisher):
    """Publishes with a span for each message; the publisher of a bus with ``tracing``.

    >>> import anyio
    >>> from opentelemetry.sdk.trace import TracerProvider
    >>> from cimbus import Bus
    >>> from cimbus.nouns import MeterReadings
    >>> async def main():
    ...     async with Bus("memory:", tracing=TracerProvider()) as bus, bus.subscribe() as subscription:
    ...         await bus.publish(MeterReadings())
    ...         delivery = await subscription.receive()
    ...         print(type(bus.publisher).__name__, "traceparent" in delivery.token.value.properties)
    >>> anyio.run(main)
    TracedPublisher True

    Attributes:
        spans: makes them.
    """

    spans: Spans

    def prepared(self, payload: Any, **options: Any) -> tuple[Message[Any], Frame]:
        """Return a payload as a message and as a frame, which says where in a trace it was made."""
        message, frame = super().prepared(payload, **options)
        return message, self.spans.sent_here(frame)

    async def deliver(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Give frames to the outbox, or else to the middleware; return one result each."""
        return await self._in_spans("send" if self.outbox is None else "create", frames, super().deliver)

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Give frames to the middleware; return one result each."""
        return await self._in_spans("send", frames, super().send)

    async def _in_spans(self, operation: Operation, frames: Sequence[Frame], send: Send) -> Sequence[Exception | None]:
        spans = [self.spans.begin(operation, frame) for frame in frames]
        try:
            results = await send([self.spans.sent_in(frame, span) for frame, span in zip(frames, spans, strict=True)])
        except Exception as error:
            for span in spans:
                self.spans.failed(span, error)
            raise
        else:
            for span, refusal in zip(spans, results, strict=True):
                if refusal is not None:
                    self.spans.failed(span, refusal)
            return results
        finally:
            for span in spans:
                span.end()
