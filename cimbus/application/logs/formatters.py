"""Log records as lines of JSON, and as text for a person."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cimbus.middleware.one_line import one_line

from .fields import FIELDS, message_fields, trace_fields

_PLAIN: Final = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "named"}
"""Attributes that every record has, and the one that ``Context.log`` adds for other formatters: no fields."""
_ENCODER: Final = msgspec.json.Encoder(enc_hook=str)


def _text_of(record: logging.LogRecord) -> str:
    """Return a record's message; without the names that ``Context.log`` writes behind it, which are fields."""
    text = record.getMessage()
    named = getattr(record, "named", None)
    return text if named is None else text.removesuffix(f" [{named}]")


class JsonFormatter(logging.Formatter):
    r"""Writes a record as one JSON object on one line.

    ``time`` (RFC 3339, UTC), ``level``, ``logger``, ``message``; in a handler ``component``, ``consumer``,
    ``message_id``, ``topic``, ``attempt`` or ``batch``; in an OpenTelemetry span ``trace_id`` and ``span_id``; what was
    given as ``extra=``; and ``exception``, a traceback.

    >>> record = logging.LogRecord("app", logging.INFO, "app.py", 1, "two\nlines", None, None)
    >>> JsonFormatter().format(record)  # doctest: +ELLIPSIS
    '{"time":"...Z","level":"info","logger":"app","message":"two\\nlines"}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _text_of(record),
            **message_fields(),
            **trace_fields(),
        }
        extra = {name: value for name, value in vars(record).items() if name not in _PLAIN and value is not None}
        fields.update({name: value for name, value in extra.items() if name not in fields})
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            fields["stack"] = self.formatStack(record.stack_info)
        try:
            return _ENCODER.encode(fields).decode()
        except (TypeError, ValueError, RecursionError, UnicodeError):  # whatever was given as extra= is written somehow
            plain = {name: repr(value).encode("ascii", "backslashreplace").decode() for name, value in fields.items()}
            return _ENCODER.encode(plain).decode()


class TextFormatter(logging.Formatter):
    """Writes a record for a person: one line, and below it, indented, which message it is about.

    A line of a handler fits 80 to 120 columns as long as its own text does: identifiers and topics are long, and stand
    in the second line.

    >>> record = logging.LogRecord("app", logging.WARNING, "app.py", 1, "no meter %s", ("M-1",), None)
    >>> TextFormatter().format(record)[20:]
    'warning app: no meter M-1'
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines."""
        time = datetime.fromtimestamp(record.created).astimezone()
        lines = [f"{time:%Y-%m-%d %H:%M:%S} {record.levelname.lower()} {record.name}: {one_line(_text_of(record))}"]
        if said := " ".join(f"{name}={one_line(value)}" for name, value in _shown(message_fields())):
            lines.append(f"    {said}")
        if record.exc_info:
            lines += [f"    {one_line(line)}" for line in self.formatException(record.exc_info).splitlines()]
        if record.stack_info:
            lines += [f"    {one_line(line)}" for line in self.formatStack(record.stack_info).splitlines()]
        return "\n".join(lines)


def _shown(fields: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the fields that are not empty; the component is the first part of the consumer's name."""
    return [(name, fields[name]) for name in FIELDS if fields.get(name) is not None and name != "component"]
