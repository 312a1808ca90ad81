"""Spans of messages, by OpenTelemetry's semantic conventions for messaging."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import msgspec

from cimbus.errors import MissingExtraError
from cimbus.middleware.frame import Frame

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, TracerProvider

T = TypeVar("T")

Operation = Literal["create", "send", "receive", "process"]
"""``messaging.operation.type``; ``create``: what goes into an outbox and is sent later."""

TRACEPARENT: Final = "traceparent"
"""The property that says where in a trace a message was sent (W3C Trace Context, 3.2)."""
_SYSTEMS: Final = {"mqtts": "mqtt", "kafkas": "kafka"}


class Spans:
    """Makes the spans of one bus.

    >>> from opentelemetry.sdk.trace import TracerProvider
    >>> from cimbus import Topic
    >>> spans = Spans(TracerProvider(), "mqtt://localhost")
    >>> topic = Topic("production", "events", "MeterReadings", "created", "meter-7")
    >>> span = spans.begin("send", Frame(topic=topic, body=b"<x/>"))
    >>> span.name, span.attributes["messaging.system"], span.attributes["messaging.destination.name"]
    ('send production/events/MeterReadings/created', 'mqtt', 'production/events/MeterReadings/created/meter-7')

    Args:
        provider: of tracers; None: the one that the program has set for all.
        url: of the bus.

    Raises:
        MissingExtraError: opentelemetry-api is not installed.
    """

    def __init__(self, provider: TracerProvider | None, url: str) -> None:
        try:
            from opentelemetry import context, propagate, trace
        except ImportError as error:
            raise MissingExtraError(
                "tracing needs opentelemetry-api; install it with: pip install 'cimbus[otel]'"
            ) from error
        self._trace = trace
        self._propagate = propagate
        self._nothing: Context = context.Context()
        self._tracer = trace.get_tracer("cimbus", tracer_provider=provider)
        scheme = url.partition(":")[0].partition("+")[0]
        self._system = _SYSTEMS.get(scheme, scheme) or "cimbus"
        kinds = trace.SpanKind
        self._kinds: dict[Operation, trace.SpanKind] = {
            "create": kinds.PRODUCER,
            "send": kinds.PRODUCER,
            "receive": kinds.CONSUMER,
            "process": kinds.CONSUMER,
        }

    def begin(self, operation: Operation, frame: Frame, consumer: str = "") -> Span:
        """Start a span for a message: a child of what the message was sent in, or else of the current span.

        What a consumer does with a message that names no trace begins one.
        """
        if TRACEPARENT in frame.properties or operation in ("receive", "process"):
            parent = self._propagate.extract(frame.properties, context=self._nothing)
        else:
            parent = None
        return self._tracer.start_span(
            f"{operation} {_template(frame)}",
            context=parent,
            kind=self._kinds[operation],
            attributes=self._attributes(operation, frame, consumer),
        )

    def begin_batch(self, frames: Sequence[Frame], consumer: str) -> Span:
        """Start a span for several messages that are handled together, with a link to where each was sent."""
        contexts = [self._propagate.extract(frame.properties, context=self._nothing) for frame in frames]
        spans = [self._trace.get_current_span(context).get_span_context() for context in contexts]
        attributes = self._attributes("process", frames[0], consumer)
        del attributes["messaging.message.body.size"], attributes["messaging.destination.name"]
        attributes.pop("messaging.message.id", None)
        attributes.pop("messaging.message.conversation_id", None)
        return self._tracer.start_span(
            f"process {_template(frames[0])}",
            context=self._nothing,
            kind=self._trace.SpanKind.CONSUMER,
            attributes={**attributes, "messaging.batch.message_count": len(frames)},
            links=[self._trace.Link(span) for span in spans if span.is_valid],
        )

    def _attributes(self, operation: Operation, frame: Frame, consumer: str) -> dict[str, Any]:
        properties = frame.properties
        found = {
            "messaging.system": self._system,
            "messaging.operation.name": operation,
            "messaging.operation.type": operation,
            "messaging.destination.name": str(frame.topic),
            "messaging.destination.template": _template(frame),
            "messaging.message.id": properties.get("MessageID"),
            "messaging.message.conversation_id": properties.get("CorrelationID"),
            "messaging.message.body.size": len(frame.body),
            "messaging.consumer.group.name": consumer or None,
        }
        return {name: value for name, value in found.items() if value is not None}

    @contextmanager
    def current(self, span: Span) -> Generator[Span]:
        """Make a span the current one within the block, and end it with it; what the block raises is its error."""
        with self._trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
            try:
                yield span
            except Exception as error:
                self.failed(span, error)
                raise

    def failed(self, span: Span, error: Exception) -> None:
        """Say in a span what failed."""
        span.set_attribute("error.type", type(error).__name__)
        span.record_exception(error)
        span.set_status(self._trace.Status(self._trace.StatusCode.ERROR, f"{type(error).__name__}: {error}"))

    def attempt_failed(self, error: Exception, attempt: int) -> None:
        """Note in the current span that an attempt failed; another one may succeed."""
        self._trace.get_current_span().record_exception(error, {"cimbus.attempt": attempt})

    def sent_in(self, frame: Frame, span: Span) -> Frame:
        """Return a frame whose properties say that it was sent in a span."""
        carrier: dict[str, str] = {}
        self._propagate.inject(carrier, context=self._trace.set_span_in_context(span))
        return msgspec.structs.replace(frame, properties={**frame.properties, **carrier}) if carrier else frame

    def sent_here(self, frame: Frame) -> Frame:
        """Return a frame whose properties say that it was sent in the current span, where they say nothing yet."""
        span = self._trace.get_current_span()
        if TRACEPARENT in frame.properties or not span.get_span_context().is_valid:
            return frame
        return self.sent_in(frame, span)

    def receiving(self, read: Callable[[Frame], T]) -> Callable[[Frame], T]:
        """Return a function that reads a frame in a span of its own."""

        def read_in_span(frame: Frame) -> T:
            with self.current(self.begin("receive", frame)):
                return read(frame)

        return read_in_span


def _template(frame: Frame) -> str:
    """Return a topic without its key: one of few."""
    topic = frame.topic
    return "/".join(filter(None, (topic.context, topic.kind, topic.noun, topic.verb)))
