"""The problems of a message: what strict reading of its own encoding finds."""

from __future__ import annotations

from typing import Any

import msgspec

from cimbus.errors import CimbusError, StrictError
from cimbus.interface.decode_note import DecodeNote
from cimbus.interface.message import Message
from cimbus.interface.validity import validated_by

from .api import decode, encode


@validated_by
def validate(message: Message[Any]) -> tuple[DecodeNote, ...]:
    """Return what is not allowed in a message; without lines, since nothing but its encoding has them.

    >>> validate(Message.of(None, verb="delete", noun="EndDeviceControls"))
    ()
    """
    try:
        _ = decode(encode(message, strict=False), strict=True)
    except StrictError as error:
        found = [each for each in error.problems if isinstance(each, DecodeNote)]
        found = found or [DecodeNote(error.path, error.reason)]
        return tuple(msgspec.structs.replace(each, line=None) for each in found)
    except CimbusError as error:  # a value without a lexical form, or a text that no document can hold
        return (DecodeNote(str(message.message_type), str(error)),)
    return ()
