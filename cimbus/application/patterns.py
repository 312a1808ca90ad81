"""What a subscription on a bus matches."""

from __future__ import annotations

from typing import Any

from cimbus.interface.model import noun_of
from cimbus.interface.topic import DEFAULT_CONTEXT, Pattern


def pattern_of(
    noun: type[Any] | str | None,
    *,
    verb: str | None = None,
    kind: str | None = None,
    key: str | None = None,
    context: str | None = None,
) -> Pattern:
    """Return the pattern for messages of a noun; None is any noun, verb, kind or key.

    ``context`` None is the default context, ``"*"`` is any.

    >>> pattern_of("MeterReadings", verb="created", kind="events").noun
    'MeterReadings'
    """
    word = noun_of(noun).header if isinstance(noun, type) else noun
    where = (context or DEFAULT_CONTEXT).lower()
    return Pattern(None if where == "*" else where, None if kind is None else str(kind), word, verb, key)
