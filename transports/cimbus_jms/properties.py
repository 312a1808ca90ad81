"""A frame's properties as JMS has them: fields of the message's header, and properties with names of Java. Pure.

CorrelationID, ReplyAddress, JMSType, JMSPriority and JMSExpiration have fields of their own; everything else is a
message property under its own name, the key as JMSXGroupID, too: brokers give the messages of one group to one
consumer of a queue. ReplyAddress is also a property, since a JMSReplyTo comes back in the broker's spelling.

Rules: a name that is no Java identifier, or one that JMS or a wire has for itself, is written as ``Cim_`` and the name
with ``_`` and two hexadecimal digits for each octet that is no letter or digit; values are text, whatever is in them.
What a peer sent with another type than text arrives as its text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from cimbus.frame import NO_PROPERTIES

from .options import DEFAULT_PRIORITY

ENCODED: Final = "Cim_"
FIELDS: Final = frozenset(("CorrelationID", "JMSType", "JMSPriority", "JMSExpiration", "JMSXGroupID"))
"""Properties of a frame that are written as fields of the message."""

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_$]*")  # an underscore first is the brokers'
_UNSAFE = re.compile(r"[^A-Za-z0-9]")
_ESCAPED = re.compile(r"(?:_[0-9A-F]{2})+")
_RESERVED: Final = frozenset(
    (
        # words of selectors (JMS 2.0, 3.8.1.1)
        *("NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE"),
        # headers of STOMP and of its brokers that look like identifiers
        *("ack", "breadcrumbId", "browser", "destination", "durable", "expires", "host", "id", "login", "message"),
        *("passcode", "persistent", "priority", "receipt", "redelivered", "selector", "server", "session"),
        *("subscription", "timestamp", "transaction", "transformation", "type", "version"),
    )
)
_TAKEN: Final = ("JMS", "AMQ_", ENCODED)
"""JMS has the first, ActiveMQ commands of its own the second (AMQ_SCHEDULED_DELAY)."""
_TEXT: Final = ("application/xml", "application/json", "text/")


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What JMS says of a message besides its body.

    Attributes:
        correlation_id: JMSCorrelationID, empty if there is none.
        reply_to: a literal address (``destinations.read_address``), empty if there is none.
        type: JMSType.
        priority: JMSPriority, 0 to 9.
        expiration: JMSExpiration in milliseconds since the epoch; 0: never.
        group: JMSXGroupID.
        properties: the message properties, under names that JMS allows.
    """

    correlation_id: str = ""
    reply_to: str = ""
    type: str = ""
    priority: int = DEFAULT_PRIORITY
    expiration: int = 0
    group: str = ""
    properties: Mapping[str, str] = NO_PROPERTIES


def write_label(properties: Mapping[str, str], key: str, *, priority: int, time_to_live: float, now: float) -> Label:
    """Write a frame's properties; ``key`` is its topic's, ``time_to_live`` and ``now`` (since the epoch) in seconds.

    Raises:
        ValueError: JMSPriority or JMSExpiration is no such number.
    """
    get = properties.get
    if (given := get("JMSPriority")) is not None:
        priority = _number("JMSPriority", given, 9)
    expiration = int((now + time_to_live) * 1000) if time_to_live else 0
    if (given := get("JMSExpiration")) is not None:
        expiration = _number("JMSExpiration", given, 1 << 62)
    return Label(
        # who replies copies JMSCorrelationID, or takes an identifier of the broker's that we never learn
        correlation_id=get("CorrelationID") or (get("MessageID", "") if get("ReplyAddress") else ""),
        reply_to=get("ReplyAddress", ""),
        type=get("JMSType", ""),
        priority=priority,
        expiration=expiration,
        group=get("JMSXGroupID") or key,
        properties=_written(properties, key),
    )


def _written(properties: Mapping[str, str], key: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in properties.items():
        if name not in FIELDS:
            found[java_name(name)] = value
        elif not value and name in ("CorrelationID", "JMSType", "JMSXGroupID"):
            found[ENCODED + name] = value  # an empty field is none
    if key and "Key" not in found:
        found["Key"] = key
    return found


def complete(properties: dict[str, str], label: Label) -> None:
    """Add to the properties of a message, under a frame's names, what its header says (``label.properties`` aside).

    What says nothing is left out: the default priority, a group that is only the key.
    """
    if label.correlation_id:
        properties["CorrelationID"] = label.correlation_id
    if label.reply_to and "ReplyAddress" not in properties:
        properties["ReplyAddress"] = label.reply_to
    if label.type:
        properties["JMSType"] = label.type
    if label.priority != DEFAULT_PRIORITY:
        properties["JMSPriority"] = str(label.priority)
    if label.expiration:
        properties["JMSExpiration"] = str(label.expiration)
    if label.group and label.group != properties.get("Key"):
        properties["JMSXGroupID"] = label.group


def is_text(content_type: str | None, body: bytes) -> bool:
    """Return whether a body is a TextMessage: its type is one of text, it is UTF-8, and it has no NUL."""
    if content_type is None or not content_type.startswith(_TEXT) or b"\0" in body:
        return False
    if body.isascii():
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(4_096)
def java_name(name: str) -> str:
    """Write the name of a property as JMS allows it (JMS 2.0, 3.5.1)."""
    if _IDENTIFIER.fullmatch(name) and name not in _RESERVED and not name.startswith(_TAKEN):
        return name
    return ENCODED + _UNSAFE.sub(lambda found: "".join(f"_{octet:02X}" for octet in found[0].encode()), name)


@lru_cache(4_096)
def frame_name(name: str) -> str:
    """Read the name of a property back; what is not written by ``java_name`` stays as it is."""
    if not name.startswith(ENCODED):
        return name
    try:
        found = _ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("_", "")).decode(), name[len(ENCODED) :])
    except UnicodeDecodeError:
        return name
    return found if java_name(found) == name or found in FIELDS else name


def _number(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise ValueError(f"the property {name} is a number from 0 to {most}, not {text!r}")
    return int(text)
