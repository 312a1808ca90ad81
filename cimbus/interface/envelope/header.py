"""HeaderType and its parts."""

from __future__ import annotations

from cimbus.interface.model import Cim, DateTime


class ReplayDetection(Cim, rename={"nonce": "Nonce", "created": "Created"}):
    """HeaderType/ReplayDetection: a nonce that its sender must not use again, and when it was made.

    >>> from datetime import UTC, datetime
    >>> ReplayDetection(nonce="f00d", created=datetime(2026, 3, 1, tzinfo=UTC)).nonce
    'f00d'
    """

    nonce: str
    created: DateTime


class User(Cim, rename={"user_id": "UserID", "organization": "Organization"}):
    """HeaderType/User: who caused the message, and the organization they belong to.

    >>> User(user_id="dispatcher-3", organization="GRID").user_id
    'dispatcher-3'
    """

    user_id: str
    organization: str | None = None


class Property(Cim, rename={"name": "Name", "value": "Value"}):
    """HeaderType/Property: a named text of the application's own.

    >>> Property(name="QOSLevel", value="LEVEL-2").value
    'LEVEL-2'
    """

    name: str
    value: str | None = None


class Header(
    Cim,
    rename={
        "verb": "Verb",
        "noun": "Noun",
        "revision": "Revision",
        "replay_detection": "ReplayDetection",
        "context": "Context",
        "timestamp": "Timestamp",
        "source": "Source",
        "async_reply_flag": "AsyncReplyFlag",
        "reply_address": "ReplyAddress",
        "ack_required": "AckRequired",
        "user": "User",
        "message_id": "MessageID",
        "correlation_id": "CorrelationID",
        "comment": "Comment",
        "properties": "Property",
    },
):
    """HeaderType: verb and noun, who sends it, when, and which request it belongs to.

    ``verb`` is one of ``Verb``, lower case, or another word that a peer used. ``timestamp`` is aware. A FaultMessage
    has no header on the wire; one read from bytes has the verb ``reply`` and an empty noun here.

    >>> header = Header(verb="created", noun="EndDeviceEvents", source="HES")
    >>> header.source, header.message_id
    ('HES', None)
    """

    wildcard = ""

    verb: str
    noun: str
    revision: str | None = None
    replay_detection: ReplayDetection | None = None
    context: str | None = None
    timestamp: DateTime | None = None
    source: str | None = None
    async_reply_flag: bool | None = None
    reply_address: str | None = None
    ack_required: bool | None = None
    user: User | None = None
    message_id: str | None = None
    correlation_id: str | None = None
    comment: str | None = None
    properties: tuple[Property, ...] = ()

    def property(self, name: str, default: str | None = None) -> str | None:
        """Return the value of the first Property of that name, or the default where there is none.

        >>> Header(verb="get", noun="X", properties=(Property(name="a", value="1"),)).property("a")
        '1'
        """
        return next((p.value for p in self.properties if p.name == name), default)
