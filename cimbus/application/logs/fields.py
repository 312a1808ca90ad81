"""What a log line says of the message in whose handler it is logged."""

from __future__ import annotations

import logging
import sys
from typing import Any, Final

from cimbus.application.chain import Interceptor
from cimbus.application.observers import CURRENT, EVERYWHERE, HandlerNames

FIELDS: Final = ("component", "consumer", "message_id", "topic", "attempt", "batch")
"""In the order in which they are written."""


class LogObserver:
    """Has it noted what each handler handles, in components that start while this exists; log lines need no more."""

    def __init__(self) -> None:
        EVERYWHERE.add(self)

    def around_message(self, names: HandlerNames) -> Interceptor | None:
        """Return nothing."""

    def around_attempt(self, names: HandlerNames) -> Interceptor | None:
        """Return nothing."""


def message_fields() -> dict[str, Any]:
    """Return what is known of the message that is handled here, by ``FIELDS``; nothing outside of a handler.

    Of a batch, ``batch`` is how many messages it has.

    >>> message_fields()
    {}
    """
    handling = CURRENT.get()
    if handling is None:
        return {}
    names = handling.names
    found: dict[str, Any] = {"component": names.component, "consumer": names.consumer}
    context = handling.context
    if len(handling.deliveries) == 1:
        (delivery,) = handling.deliveries
        found["message_id"] = delivery.value.properties.get("MessageID")
        found["topic"] = str(delivery.value.topic)
        found["attempt"] = delivery.attempt if context is None else context.attempt
    else:
        found["batch"] = len(handling.deliveries)
        if context is not None:
            found["attempt"] = context.attempt
    return found


def trace_fields() -> dict[str, str]:
    """Return the identifiers of the OpenTelemetry span that is current; nothing where there is none."""
    trace = sys.modules.get("opentelemetry.trace")  # where no one has imported it, there is no span
    if trace is None:
        return {}
    span = trace.get_current_span().get_span_context()
    return {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"} if span.is_valid else {}


class MessageFilter(logging.Filter):
    """Gives each record the fields of the message that is handled, for formatters of one's own.

    It lets every record pass. Fields: ``component``, ``consumer``, ``message_id``, ``topic``, ``attempt``, ``batch``;
    None where they do not apply. Add it to a handler of ``logging``, before the component runs::

        handler = logging.StreamHandler()
        handler.addFilter(MessageFilter())
        handler.setFormatter(logging.Formatter("%(levelname)s %(consumer)s %(message_id)s %(message)s"))

    >>> record = logging.LogRecord("app", logging.INFO, "app.py", 1, "started", None, None)
    >>> MessageFilter().filter(record), record.message_id
    (True, None)
    """

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self._observer = LogObserver()

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the fields that the record does not have."""
        found = message_fields()
        for field in FIELDS:
            if not hasattr(record, field):
                setattr(record, field, found.get(field))
        return True
