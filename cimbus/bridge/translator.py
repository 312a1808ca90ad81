"""What a frame of one bus is on the other, and what its replies are on the way back. Pure; the time is given.

Rule: a body is opened only where its header has to say something else: the context of a mapping, and a request's
ReplyAddress and CorrelationID. Everything else is as it came.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from cimbus.application.correlation import reply_address, reply_destination
from cimbus.errors import DecodeError
from cimbus.interface.codecs import Limits, decode_header, rewrite_header
from cimbus.interface.topic import Kind, Topic
from cimbus.middleware.correlation_data import CORRELATION_DATA
from cimbus.middleware.frame import Frame
from cimbus.middleware.naming import Naming

from . import hops
from .mapping import Map, TopicMapping
from .reply_routes import ReplyRoute, ReplyRoutes

_NOT_RETURNED: Final = frozenset(("ReplyAddress", "Key", CORRELATION_DATA))
"""Properties of a reply that are of use on its own side only."""
_MIRRORED: Final = {"context": "Context", "reply_address": "ReplyAddress", "correlation_id": "CorrelationID"}
"""Header fields, and the properties of a frame that repeat them."""


class BridgeEnd(msgspec.Struct, frozen=True):
    """One of the two buses: what it is called in ``Hops``, how its topics are written, how much is read of a body."""

    name: str
    naming: Naming
    limits: Limits


class Translator:
    """The way from one bus to another.

    Args:
        source: where frames come from.
        target: where they go.
        mapping: what topics are called there.
        keep: how long the replies to a request are waited for, in seconds.
        create: whether a topic that is missing at the target may be created, by the topic of the source.
        key: the key of the topic to which replies to the bridge are sent; empty: one of its own.
        routes: of requests that were forwarded before.

    Attributes:
        key: see above.
        added: the routes that ``forward`` has made since this was emptied.
    """

    def __init__(
        self,
        *,
        source: BridgeEnd,
        target: BridgeEnd,
        mapping: Map | None,
        keep: float,
        create: Callable[[Topic], bool] = lambda _: False,
        key: str = "",
        routes: Iterable[ReplyRoute] = (),
    ) -> None:
        self.key = key or uuid.uuid4().hex
        self.added: list[ReplyRoute] = []
        self._source = source
        self._target = target
        self._mapping = mapping
        self._create = create
        self._routes = ReplyRoutes(keep)
        self._routes.restore(routes)

    def goes_round(self, frame: Frame) -> bool:
        """Return whether a frame comes from where it would be taken."""
        return hops.goes_round(hops.passed(frame.properties), self._target.name)

    def forward(self, frame: Frame, now: float) -> Frame:
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
        if "reply_address" in changed:
            properties.pop(CORRELATION_DATA, None)  # it is the requester's, who gets it back from here
        properties[hops.PROPERTY] = hops.added(hops.passed(frame.properties), self._source.name)
        if topic.key:
            properties["Key"] = topic.key
        body = rewrite_header(frame.body, limits=self._source.limits, **changed) if changed else frame.body
        create = self._create(frame.topic)
        return Frame(topic=topic, body=body, properties=properties, address=address, create=create)

    def _mapped(self, topic: Topic) -> tuple[Topic, str | None]:
        if self._mapping is None:
            return topic, None
        if isinstance(self._mapping, TopicMapping):
            return self._mapping.topic(topic), self._mapping.address(topic)
        return self._mapping(topic), None

    def _asking(self, frame: Frame, topic: Topic, now: float) -> dict[str, str]:
        """Return what the header of a request says on the other side, nothing for one that wants no reply."""
        header = decode_header(frame.body, limits=self._source.limits)
        asked = frame.properties.get("ReplyAddress") or header.reply_address
        if not asked or header.ack_required is False:
            return {}
        known = self._routes.add(
            now,
            address=asked,
            correlation=frame.properties.get("CorrelationID") or header.correlation_id or "",
            message_id=header.message_id or "",
            noun=frame.topic.noun,
            context=frame.topic.context,
            data=frame.properties.get(CORRELATION_DATA),
        )
        self.added.append(known)
        address = reply_address(self._target.naming, topic.context, topic.noun, self.key)
        return {"reply_address": address, "correlation_id": known.sent_as}

    def back(self, reply: Frame) -> tuple[Frame, ReplyRoute] | None:
        """Return a reply as its requester wants it, and its route; None if its request did not go over this bridge.

        Raises:
            DecodeError: nothing in it says to what it replies.
        """
        correlation = reply.properties.get("CorrelationID", "")
        if not correlation:
            correlation = decode_header(reply.body, limits=self._target.limits).correlation_id or ""
        belongs = self._routes.find(correlation)
        if belongs is None:
            return None
        properties = {name: text for name, text in reply.properties.items() if name not in _NOT_RETURNED}
        properties["CorrelationID"] = belongs.correlation
        if belongs.data is not None:
            properties[CORRELATION_DATA] = belongs.data
        properties[hops.PROPERTY] = hops.added(hops.passed(reply.properties), self._target.name)
        topic, address = reply_destination(self._source.naming, belongs.address, belongs.context, belongs.noun)
        if topic.key:
            properties["Key"] = topic.key
        body = self._corrected(reply.body, correlation, belongs)
        own = address is None and (topic.context, topic.noun) == (belongs.context, belongs.noun)
        return Frame(topic=topic, body=body, properties=properties, address=address, create=own), belongs

    def _corrected(self, body: bytes, correlation: str, belongs: ReplyRoute) -> bytes:
        if belongs.correlation == correlation:
            return body
        try:
            return rewrite_header(body, limits=self._target.limits, correlation_id=belongs.correlation)
        except DecodeError:  # a FaultMessage has no header; its frame says what there is to say
            return body
