"""A frame's properties as JMS has them: fields of the message's header, and properties with names of Java. Pure.

CorrelationID, ReplyAddress, JMSType, JMSPriority and JMSExpiration have fields of their own. JMSCorrelationID is
``CorrelationData`` where a frame has that: what a foreign requester wants back. Everything else is a
message property under its own name, the key as JMSXGroupID, too: brokers deliver the messages of one group to one
consumer of a queue. ReplyAddress is also a property, since a JMSReplyTo arrives in the broker's spelling.

Rules: a name that is no Java identifier, or one that JMS or a protocol reserves, is written as ``Cim_`` and the name
with ``_`` and two hexadecimal digits for each octet that is no ASCII letter or digit; values are always text. What a
peer sent with another type than text arrives as its text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from cimbus.middleware.correlation_data import CORRELATION_DATA, correlation_of, write_data
from cimbus.middleware.frame import NO_PROPERTIES
from cimbus.middleware.net import escaped

from .options import DEFAULT_PRIORITY

ENCODED: Final = "Cim_"
FIELDS: Final = frozenset(("CorrelationID", CORRELATION_DATA, "JMSType", "JMSPriority", "JMSExpiration", "JMSXGroupID"))
"""Properties of a frame that are written as fields of the message."""

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_$]*")  # an underscore first is the brokers'
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
"""Reserved beginnings: JMS has the first (JMS 2.0, 3.5.1), ActiveMQ the second (AMQ_SCHEDULED_DELAY), we the third."""
_TEXT: Final = ("application/xml", "application/json", "text/")


class JmsHeaders(msgspec.Struct, frozen=True, kw_only=True):
    """The header fields and properties of a JMS message.

    Attributes:
        correlation_id: JMSCorrelationID, empty if there is none.
        reply_to: a literal address (``destinations.read_address``), empty if there is none.
        type: JMSType.
        priority: JMSPriority, 0 to 9.
        expiration: JMSExpiration in milliseconds since the epoch; 0: never.
        group: JMSXGroupID.
        properties: the message properties, under names that JMS allows.
        data: JMSCorrelationID as it has to be in a reply, if it says more than ``correlation_id``.
        message_id: JMSMessageID of a message that came, which its reply names if it has no JMSCorrelationID.
    """

    correlation_id: str = ""
    reply_to: str = ""
    type: str = ""
    priority: int = DEFAULT_PRIORITY
    expiration: int = 0
    group: str = ""
    properties: Mapping[str, str] = NO_PROPERTIES
    data: str = ""
    message_id: str = ""


def headers_of(
    properties: Mapping[str, str], key: str, *, priority: int, time_to_live: float, now: float
) -> JmsHeaders:
    """Return what a frame's properties are in JMS.

    Args:
        properties: of the frame.
        key: of its topic; empty if it has none.
        priority: if the frame gives none.
        time_to_live: in seconds, if the frame gives no expiration; 0: without limit.
        now: seconds since the epoch.

    Raises:
        ValueError: JMSPriority or JMSExpiration is no such number.

    >>> headers = headers_of({"Noun": "MeterReadings", "my name": "x"}, "meter-1", priority=4, time_to_live=0, now=0)
    >>> headers.group, headers.properties
    ('meter-1', {'Noun': 'MeterReadings', 'Cim_my_20name': 'x', 'Key': 'meter-1'})
    """
    get = properties.get
    if (given := get("JMSPriority")) is not None:
        priority = _number("JMSPriority", given, 9)
    expiration = int((now + time_to_live) * 1000) if time_to_live else 0
    if (given := get("JMSExpiration")) is not None:
        expiration = _number("JMSExpiration", given, 1 << 62)
    return JmsHeaders(
        # a replier copies JMSCorrelationID, or else the broker's JMSMessageID, which a sender does not learn
        correlation_id=correlation_of(properties).decode("utf-8", "surrogateescape"),
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


def complete(properties: dict[str, str], headers: JmsHeaders) -> None:
    """Add to the properties of a message, under a frame's names, what its header fields hold.

    Left out are the default priority, and a group that is only the key.
    """
    if headers.correlation_id:
        properties["CorrelationID"] = headers.correlation_id
    data = headers.data if headers.data != headers.correlation_id else ""
    if headers.reply_to and "ReplyAddress" not in properties:  # of a peer that does not know cimbus
        properties["ReplyAddress"] = headers.reply_to
        data = data or ("" if headers.correlation_id else headers.message_id)
    if data:
        properties[CORRELATION_DATA] = write_data(data.encode("utf-8", "surrogatepass"))
    if headers.type:
        properties["JMSType"] = headers.type
    if headers.priority != DEFAULT_PRIORITY:
        properties["JMSPriority"] = str(headers.priority)
    if headers.expiration:
        properties["JMSExpiration"] = str(headers.expiration)
    if headers.group and headers.group != properties.get("Key"):
        properties["JMSXGroupID"] = headers.group


def is_text(content_type: str | None, body: bytes) -> bool:
    """Return whether a body is a TextMessage: its type is one of text, it is UTF-8, and it has no NUL.

    >>> is_text("application/xml", b"<a/>"), is_text("application/octet-stream", b"<a/>")
    (True, False)
    """
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
    """Write the name of a property as JMS allows it (JMS 2.0, 3.5.1).

    >>> java_name("MessageID"), java_name("x-id")
    ('MessageID', 'Cim_x_2Did')
    """
    if _IDENTIFIER.fullmatch(name) and name not in _RESERVED and not name.startswith(_TAKEN):
        return name
    return ENCODED + escaped(name, errors="strict")


@lru_cache(4_096)
def frame_name(name: str) -> str:
    """Read the name of a property back; what ``java_name`` did not write stays as it is.

    >>> frame_name("Cim_x_2Did"), frame_name("MessageID")
    ('x-id', 'MessageID')
    """
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
