"""The options that the URLs of every JMS wire share, each with its type, bounds and default.

A wire's own options are a subclass. Rule: names and meanings are the same on every wire.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

DEFAULT_PRIORITY: Final = 4
"""Of a message that says none (JMS 2.0, 3.4.10)."""

_UNSAFE = re.compile(r"[^A-Za-z0-9]")


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of every ``jms+...://``; times are in seconds, sizes in bytes."""

    persistent: bool = True
    """What is sent survives a broker that restarts."""
    priority: Annotated[int, Meta(ge=0, le=9)] = DEFAULT_PRIORITY
    """Of frames without a property JMSPriority."""
    time_to_live: Annotated[float, Meta(ge=0)] = 0.0
    """After how long the broker drops what nobody took, of frames without a property JMSExpiration; 0: never."""
    selector: str = ""
    """A JMS selector that every subscription has: what it does not select is not received."""
    reject: Literal["accept", "nack"] = "accept"
    """What the broker hears of a rejected frame: that it is done (a bus has dead letters of its own), or that it is one
    for the broker's dead letter queue."""
    template: str = ""
    """How topics are written; empty: as the broker has it by default (``destinations``)."""
    connect_timeout: Annotated[float, Meta(gt=0)] = 10.0
    heartbeat: Annotated[float, Meta(ge=0.1)] = 30.0
    """After how long a silence of the broker a connection is given up; it is asked to speak in time."""
    window: Annotated[int, Meta(ge=1, le=65_535)] = 1_024
    """How many frames may be on their way to the broker."""
    max_body: Annotated[int, Meta(ge=1, le=1 << 30)] = 32 * 1024 * 1024
    """The largest body sent or taken."""
    ca: str = ""
    cert: str = ""
    key: str = ""


def escaped(name: str) -> str:
    """Write a name (of a group, of an instance) with letters and digits only: the rest as ``_`` and two hex digits."""
    return _UNSAFE.sub(lambda found: "".join(f"_{octet:02X}" for octet in found[0].encode("utf-8", "replace")), name)
