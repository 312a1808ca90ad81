"""Traces by OpenTelemetry's API (the extra ``otel``): from a publication over brokers and bridges to the reply.

``spans.py`` makes spans of frames, by OpenTelemetry's conventions for messaging, and carries their context in the
properties of messages (W3C Trace Context: ``traceparent``, ``tracestate``); ``publisher.py`` publishes with spans. The
spans of handlers are made in ``handlers/tracing.py``.
"""

from __future__ import annotations

from .publisher import TracedPublisher
from .spans import Spans

__all__ = ["Spans", "TracedPublisher"]
