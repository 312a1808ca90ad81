"""The options of an MQTT URL, each with its type, bounds and default, and the names that follow from them."""

from __future__ import annotations

import re
import uuid
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

WEEK = 7 * 24 * 3600

_UNSAFE = re.compile(r"[^A-Za-z0-9._]")


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of ``mqtt://`` and ``mqtts://``; times are in seconds, sizes in bytes."""

    qos: Annotated[int, Meta(ge=0, le=2)] = 1
    """Of everything sent and asked for."""
    version: Literal["", "5", "3.1.1"] = ""
    """Empty: 5, and 3.1.1 if the broker refuses it."""
    keepalive: Annotated[int, Meta(ge=1, le=65_535)] = 30
    """A connection that is silent for one and a half times as long is given up (MQTT 5.0, 3.1.2.10)."""
    connect_timeout: Annotated[float, Meta(gt=0)] = 10.0
    window: Annotated[int, Meta(ge=1, le=65_535)] = 1_024
    """How many frames may be on their way to the broker; it may allow fewer."""
    session_expiry: Annotated[int, Meta(ge=1, le=0xFFFF_FFFF)] = WEEK
    """How long the broker keeps what comes for a durable group that is away; 4294967295 is for ever."""
    instance: str = ""
    """The name of this process among several members of durable groups, the same each time it runs."""
    template: str = ""
    """How topics are written; empty: ``{context}/{kind}/{noun}/{verb}/{key}``."""
    max_packet: Annotated[int, Meta(ge=1_048_576, le=268_435_455)] = 32 * 1024 * 1024
    """The largest packet sent or taken."""
    backlog: Annotated[int, Meta(ge=1)] = 10_000
    """How many frames of QoS 0 wait in an inbox before the oldest is lost (and counted)."""
    ca: str = ""
    cert: str = ""
    key: str = ""


def escaped(name: str) -> str:
    """Write a name so that it is legal in a client id and in a share name (MQTT 5.0, 4.8.2), and has no hyphen."""
    return _UNSAFE.sub(lambda found: "".join(f"%{octet:02X}" for octet in found[0].encode("utf-8", "replace")), name)


def random_id() -> str:
    """Return a client id that nobody else has."""
    return f"cimbus-{uuid.uuid4().hex}"


def durable_id(group: str, instance: str) -> str:
    """Return the client id under which the broker keeps a durable group's session."""
    return f"cimbus-{escaped(group)}" + (f"-{escaped(instance)}" if instance else "")
