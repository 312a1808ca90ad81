"""The options of an MQTT URL, each with its type, bounds and default, and the names that follow from them."""

from __future__ import annotations

import uuid
from typing import Annotated, Final, Literal

from msgspec import Meta

from cimbus.middleware.net import BrokerOptions, escaped

WEEK: Final = 7 * 24 * 3600


class MqttOptions(BrokerOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of ``mqtt://`` and ``mqtts://``; times are in seconds, sizes in bytes.

    >>> MqttOptions().qos
    1
    """

    qos: Annotated[int, Meta(ge=0, le=2)] = 1
    """Of everything sent and subscribed to. 1 by default: at least once is what cimbus promises, and QoS 2 costs a
    second exchange for a guarantee that ends at the broker."""
    version: Literal["", "5", "3.1.1"] = ""
    """Empty: 5, and 3.1.1 if the broker refuses it."""
    keepalive: Annotated[int, Meta(ge=1, le=65_535)] = 30
    """After one and a half times this silence a connection is given up (MQTT 5.0, 3.1.2.10). Half of what paho takes by
    default: a link that is dead is noticed within 45 s."""
    window: Annotated[int, Meta(ge=1, le=65_535)] = 1_024
    """How many frames may be in flight; the broker may allow fewer (Receive Maximum)."""
    session_expiry: Annotated[int, Meta(ge=1, le=0xFFFF_FFFF)] = WEEK
    """How long the broker keeps what arrives for a durable group that is away; 4294967295 means without limit (MQTT
    5.0, 3.1.2.11.2). A week, so that a machine which is off over a weekend loses nothing."""
    instance: str = ""
    """The name of this process among several members of durable groups, the same each time it runs."""
    max_packet: Annotated[int, Meta(ge=1_048_576, le=268_435_455)] = 32 * 1024 * 1024
    """The largest packet sent or received; the upper bound is MQTT's (MQTT 5.0, 1.5.5)."""
    backlog: Annotated[int, Meta(ge=1)] = 10_000
    """How many frames of QoS 0 wait in a consumer before the oldest is dropped (and counted)."""


def random_id() -> str:
    """Return a client id that no other client has."""
    return f"cimbus-{uuid.uuid4().hex}"


def durable_id(group: str, digest: str, instance: str) -> str:
    """Return the client id under which the broker keeps the session of a durable group.

    >>> durable_id("oms", "8a7c9c34", "")
    'cimbus-oms-8a7c9c34'
    >>> durable_id("oms", "8a7c9c34", "node-1")
    'cimbus-oms-8a7c9c34-node%2D1'
    """
    return f"cimbus-{safe(group)}-{digest}" + (f"-{safe(instance)}" if instance else "")


def safe(name: str) -> str:
    """Write a name so that it is legal in a client id and in a share name, and has no hyphen.

    A share name has no ``/ + #`` (MQTT 5.0, 4.8.2); a hyphen separates the group from the instance in client ids.

    >>> safe("node-1")
    'node%2D1'
    """
    return escaped(name, "%", "._")
