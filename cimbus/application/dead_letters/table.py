"""Dead letters as rows of SQLite: any octets, and texts with characters that have no UTF-8 form."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame

from .letter import DeadLetter, DeadLetterFilter, FailedAttempt

SCHEMA: Final = """
create table if not exists cimbus_dead_letter (
    id integer primary key autoincrement, time text not null, reason text not null, attempts integer not null,
    consumer text not null, noun text not null, key text not null, bus text not null, errors blob not null,
    state text not null, topic blob not null, properties blob not null, address blob, body blob not null, original blob
)"""
_NAMES: Final = (
    "time", "reason", "attempts", "consumer", "noun", "key", "bus", "errors", "state", "topic", "properties",
    "address", "body", "original",
)  # fmt: skip
COLUMNS: Final = f"id, {', '.join(_NAMES)}"
INSERT: Final = f"insert into cimbus_dead_letter ({', '.join(_NAMES)}) values ({', '.join('?' * len(_NAMES))})"  # noqa: S608
TRIM: Final = (
    "delete from cimbus_dead_letter where id in (select id from cimbus_dead_letter order by id desc limit -1 offset ?)"
)


def row_of(letter: DeadLetter) -> tuple[Any, ...]:
    """Return a letter as values for ``INSERT``."""
    frame = letter.frame
    return (
        _time(letter.time),
        printable(letter.reason),
        letter.attempts,
        printable(letter.consumer),
        printable(frame.topic.noun),
        printable(frame.topic.key),
        printable(letter.bus),
        errors_of(letter.errors),
        letter.state,
        _json(msgspec.to_builtins(frame.topic)),
        _json(dict(frame.properties)),
        None if frame.address is None else _json(frame.address),
        frame.body,
        letter.original,
    )


def letter_of(row: tuple[Any, ...]) -> DeadLetter:
    """Return the letter of a row with ``COLUMNS``."""
    number, time, reason, attempts, consumer, _, _, bus, errors, state, topic, properties, address, body, original = row
    frame = Frame(
        topic=msgspec.convert(json.loads(topic), Topic),
        properties=json.loads(properties),
        address=None if address is None else json.loads(address),
        body=body,
    )
    return DeadLetter(
        id=number,
        time=datetime.fromisoformat(time),
        reason=reason,
        attempts=attempts,
        consumer=consumer,
        frame=frame,
        bus=bus,
        errors=msgspec.convert(json.loads(errors), tuple[FailedAttempt, ...]),
        state=state,
        original=original,
    )


def where(wanted: DeadLetterFilter) -> tuple[str, list[Any]]:
    """Return a condition of SQL and its values."""
    conditions: list[str] = ["1"]
    values: list[Any] = []
    for name in ("consumer", "noun", "key", "state"):
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(f"{name} = ?")
            values.append(printable(value))
    if wanted.bus is not None:  # a bus that was given as a transport has no name
        conditions.append("bus in (?, '')")
        values.append(printable(wanted.bus))
    if wanted.error is not None:
        conditions.append("instr(lower(reason), lower(?))")
        values.append(printable(wanted.error))
    if wanted.before is not None:
        conditions.append("time < ?")
        values.append(_time(wanted.before))
    return " and ".join(conditions), values


def errors_of(errors: tuple[FailedAttempt, ...]) -> bytes:
    """Return failed attempts as JSON."""
    return _json([msgspec.to_builtins(error) for error in errors])


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def _json(value: object) -> bytes:
    """Return texts as JSON that gives them back exactly: two surrogates, escaped, would be read as one character.

    As octets, since SQLite's texts hold no surrogates.
    """
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def printable(text: str) -> str:
    """Return a text that has a UTF-8 form: a surrogate alone has none (Unicode 15, 3.9)."""
    return text.encode("utf-8", "backslashreplace").decode()
