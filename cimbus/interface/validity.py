"""How a message asks for its own problems: the codecs, which stand above messages, say here how they are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .decode_note import DecodeNote

Validator = Callable[[Any], tuple[DecodeNote, ...]]
_validators: list[Validator] = []


def validated_by(validator: Validator) -> Validator:
    """Register what finds the problems of a message (a decorator); the last one counts.

    >>> validated_by(_validators[-1]) is _validators[-1]
    True
    """
    _validators.append(validator)
    return validator


def problems_of(message: Any) -> tuple[DecodeNote, ...]:
    """Return the problems of a message.

    Raises:
        RuntimeError: ``cimbus.interface.codecs`` was not imported.

    >>> from cimbus import Message
    >>> problems_of(Message.of(None, verb="delete", noun="EndDeviceControls"))
    ()
    """
    if not _validators:
        raise RuntimeError("nothing can validate messages: import cimbus first")
    return _validators[-1](message)
