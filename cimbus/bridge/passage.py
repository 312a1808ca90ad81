"""What a frame of one bus is on the other, and what a reply that comes back is here. Pure; the time is given.

Rule: a body is opened only where its header has to say something else: the context of a mapping, and a request's
ReplyAddress and CorrelationID. Everything else is as it came.
"""

from __future__ import annotations

import uuid
from typing import Final

import msgspec

from cimbus.codecs import Limits, decode_header, rewrite_header
from cimbus.errors import DecodeError
from cimbus.frame import Frame
from cimbus.naming import Naming
from cimbus.requests import reply_place
from cimbus.topic import Kind, Topic

from . import hops
from .mapping import Map, Mapping
from .returns import Return, Returns

_MIRRORED: Final = {"context": "Context", "reply_address": "ReplyAddress", "correlation_id": "CorrelationID"}
"""Header fields, and the properties of a frame that repeat them."""


class End(msgspec.Struct, frozen=True):
    """One of the two buses: what it is called in ``Hops``, how its topics are written, how much is read of a body."""

    name: str
    naming: Naming
    limits: Limits


class Passage:
    """The way from one bus to another.

    Args:
        source: where frames come from.
        target: where they go.
        mapping: what topics are called there.
        keep: how long the replies to a request are waited for, in seconds.

    Attributes:
        me: the key of the topic to which the bridge has replies sent.
    """

    def __init__(self, *, source: End, target: End, mapping: Map | None, keep: float) -> None:
        self.me = uuid.uuid4().hex
        self._source = source
        self._target = target
        self._mapping = mapping
        self._returns = Returns(keep)

    def goes_round(self, frame: Frame) -> bool:
        """Return whether a frame comes from where it would be taken."""
        return hops.goes_round(hops.passed(frame.properties), self._target.name)

    def there(self, frame: Frame, now: float) -> Frame:
        """Return a frame as it is on the other side.

        Raises:
            DecodeError: its header has to be changed, and it has none.
            EncodeError: what the header has to say cannot be written.
        """
        topic, address = self._mapped(frame.topic)
        changed: dict[str, str] = {}
        if topic.context != frame.topic.context:
            changed["context"] = topic.context
        if topic.kind == Kind.requests:
            changed |= self._asking(frame, topic, now)
        properties = {**frame.properties, **{_MIRRORED[field]: text for field, text in changed.items()}}
        properties[hops.PROPERTY] = hops.added(hops.passed(frame.properties), self._source.name)
        if topic.key:
            properties["Key"] = topic.key
        body = rewrite_header(frame.body, limits=self._source.limits, **changed) if changed else frame.body
        return Frame(topic=topic, body=body, properties=properties, address=address)

    def _mapped(self, topic: Topic) -> tuple[Topic, str | None]:
        if self._mapping is None:
            return topic, None
        if isinstance(self._mapping, Mapping):
            return self._mapping.topic(topic), self._mapping.address(topic)
        return self._mapping(topic), None

    def _asking(self, frame: Frame, topic: Topic, now: float) -> dict[str, str]:
        """Return what the header of a request says on the other side, nothing for one that wants no reply."""
        header = decode_header(frame.body, limits=self._source.limits)
        asked = frame.properties.get("ReplyAddress") or header.reply_address
        if not asked or header.ack_required is False:
            return {}
        known = self._returns.add(
            now,
            address=asked,
            correlation=frame.properties.get("CorrelationID") or header.correlation_id or "",
            message_id=header.message_id or "",
            noun=frame.topic.noun,
            context=frame.topic.context,
        )
        place = Topic(topic.context, Kind.replies, topic.noun, "reply", self.me)
        return {"reply_address": f"topic:{self._target.naming.address(place)}", "correlation_id": known.sent_as}

    def back(self, reply: Frame) -> Frame | None:
        """Return a reply as its requester wants it, None if its request did not go over this bridge.

        Raises:
            DecodeError: nothing in it says to what it replies.
        """
        correlation = reply.properties.get("CorrelationID", "")
        if not correlation:
            correlation = decode_header(reply.body, limits=self._target.limits).correlation_id or ""
        belongs = self._returns.find(correlation)
        if belongs is None:
            return None
        properties = {name: text for name, text in reply.properties.items() if name not in ("ReplyAddress", "Key")}
        properties["CorrelationID"] = belongs.correlation
        properties[hops.PROPERTY] = hops.added(hops.passed(reply.properties), self._target.name)
        topic, address = reply_place(self._source.naming, belongs.address, belongs.context, belongs.noun)
        if topic.key:
            properties["Key"] = topic.key
        body = self._corrected(reply.body, correlation, belongs)
        return Frame(topic=topic, body=body, properties=properties, address=address)

    def _corrected(self, body: bytes, correlation: str, belongs: Return) -> bytes:
        if belongs.correlation == correlation:
            return body
        try:
            return rewrite_header(body, limits=self._target.limits, correlation_id=belongs.correlation)
        except DecodeError:  # a FaultMessage has no header; its frame says what there is to say
            return body
