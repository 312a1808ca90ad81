"""A codec's task: the bodies of a job decoded, or their messages encoded, as often as was asked for.

The messages that cimbus encodes were not decoded before: those remember how they were spelled.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from cimbus.errors import UsageError
from cimbus.interface.codecs import decode, encode
from cimbus.nouns import EndDeviceEvents

from .job import KEYS, PeerJob

Codec = tuple[Callable[[bytes], Any], Callable[[Any], bytes]]
"""What decodes a message, its payload included, and what encodes it."""
PAYLOAD: Final = EndDeviceEvents


def codec_of(module: str) -> Codec:
    """Return a codec of this package, or our own for an empty name."""
    if not module:
        return _opened, encode
    found: Codec = import_module(f"{__package__}.{module}").codec(PAYLOAD)
    return found


def run_codec(job: PeerJob, module: str, task: str) -> None:
    """Do it.

    Raises:
        UsageError: what it writes is not what it has read.
    """
    read, write = codec_of(module)
    messages = [read(body) for body in job.bodies] if module else job.messages
    for body, message in zip(job.bodies, messages, strict=True):
        before, after = decode(body), decode(write(message))
        if (before.header, before.payload) != (after.header, after.payload):
            raise UsageError("the codec does not write the message that it has read")
    for count in job.rounds:
        with job.measured():
            if task == "decode":
                for number in range(count):
                    read(job.bodies[number % KEYS])
            else:
                for number in range(count):
                    write(messages[number % KEYS])


def _opened(body: bytes) -> Any:
    message = decode(body)
    _ = message.payload
    return message
