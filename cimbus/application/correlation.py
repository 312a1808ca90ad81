"""What identifies a reply: where it is sent, by which names it is known, and which request it belongs to.

IEC 61968-100 says: a reply carries the CorrelationID of its request, or the request's MessageID where that has none.
Peers do either for the same request, so both names find it. What the request's transport carries (``CorrelationData``)
is another matter: its requester gets it back untouched, whatever the envelopes say. This module holds the whole rule;
the requester, the replier and the bridge take it from here.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping
from typing import Any

from cimbus.codes import ACKNOWLEDGED
from cimbus.errors import ReplyError, RequestError
from cimbus.interface.envelope import Header, MessageType
from cimbus.interface.message import Message
from cimbus.interface.topic import Kind, Topic
from cimbus.middleware.correlation_data import CORRELATION_DATA, write_data
from cimbus.middleware.naming import Naming
from cimbus.middleware.one_shot_event import OneShotEvent


def names_of_reply(header: Header) -> tuple[str, ...]:
    """Return what the replies to a request may carry as their CorrelationID."""
    return tuple(dict.fromkeys(name for name in (header.correlation_id, header.message_id) if name))


def named_by_transport(reply: Message[Any], request: Mapping[str, str]) -> Message[Any]:
    """Return a reply with the CorrelationID that the request's properties have, where its envelope had none."""
    correlation = request.get("CorrelationID")
    return reply if reply.header.correlation_id or not correlation else reply.replace(correlation_id=correlation)


def returned_data(request: Mapping[str, str], correlation_id: str | None) -> dict[str, str]:
    """Return the properties by which a reply carries on its transport what the request carried there.

    >>> returned_data({"CorrelationData": "%00%FF", "CorrelationID": "00ff"}, "m-1")
    {'CorrelationData': '%00%FF'}
    >>> returned_data({"CorrelationID": "corr-1"}, "m-1")
    {'CorrelationData': 'corr-1'}
    >>> returned_data({"CorrelationID": "c-1"}, "c-1")
    {}

    Args:
        request: the properties of the request.
        correlation_id: of the reply's envelope, which is written where nothing else is wanted back.
    """
    data = request.get(CORRELATION_DATA)
    if data is None and (text := request.get("CorrelationID")) and text != correlation_id:
        data = write_data(text.encode("utf-8", "surrogatepass"))
    return {} if data is None else {CORRELATION_DATA: data}


def reply_topic(context: str, noun: str, key: str = "") -> Topic:
    """Return the topic of replies; ``key`` is the requester's, where it has a topic of its own."""
    return Topic(context, Kind.replies, noun, "reply", key)


def reply_address(naming: Naming, context: str, noun: str, key: str) -> str:
    """Return the ReplyAddress of a request whose replies are expected under ``key``."""
    return f"topic:{naming.address(reply_topic(context, noun, key))}"


def reply_destination(naming: Naming, asked: str | None, context: str, noun: str) -> tuple[Topic, str | None]:
    """Return where a reply goes: its topic, and the literal address where ReplyAddress names none of our topics.

    Args:
        naming: how topics are written where the reply is sent.
        asked: ReplyAddress; None or empty where the request has none.
        context: the request's.
        noun: the request's.
    """
    usual = reply_topic(context, noun)
    if not asked or asked.strip() in ("", "None"):  # "None" is what some Python peers write
        return usual, None
    try:
        return naming.topic(asked.removeprefix("topic:"), {"Verb": "reply", "Noun": noun}), None
    except ValueError:
        return usual, asked


def is_reply(message: Message[Any]) -> bool:
    """Return whether a message is a reply, whatever envelope it came in."""
    return message.message_type in (MessageType.response, MessageType.fault) or message.reply_area is not None


def is_acknowledgement(reply: Message[Any]) -> bool:
    """Return whether a reply only says that the request has come, so that others follow.

    >>> is_acknowledgement(Message.of(None, verb="get", noun="X").reply())
    False
    """
    return reply.payload is None and [error.code for error in reply.errors] == [ACKNOWLEDGED]


class PendingRequest:
    """One request and its replies as they come.

    Attributes:
        names: what its replies may carry as their CorrelationID.
        source: Header.Source of the only application that may reply; None: any.
        acknowledged: the other side has said that the request has come.
    """

    def __init__(self, request: Message[Any], source: str | None = None) -> None:
        self.names = names_of_reply(request.header)
        self.source = source
        self.acknowledged = False
        self._replies: deque[Message[Any]] = deque()
        self._taken: set[tuple[str, bytes]] = set()
        self._came: OneShotEvent | None = None
        """Set when a reply comes, or none can come any more; there only while ``next`` waits."""
        self._closed = ""

    def accepts(self, reply: Message[Any]) -> bool:
        """Return whether a reply comes from the application that was asked; a FaultMessage does not always say."""
        return self.source is None or (reply.header.source or self.source) == self.source

    def put(self, reply: Message[Any], body: bytes) -> bool:
        """Add a reply and return True; an acknowledgement is only remembered, and what came before is left out.

        Args:
            reply: what came.
            body: the octets it came in. A part that is delivered again (by the middleware, or by a bridge that ended
                before it had settled it) has the same MessageID and the same octets. The MessageID alone says too
                little: some peers give all parts of a reply that of the request.
        """
        if is_acknowledgement(reply):
            self.acknowledged = True
            return True
        if reply.header.message_id:
            part = reply.header.message_id, hashlib.blake2b(body, digest_size=16).digest()
            if part in self._taken:
                return False
            self._taken.add(part)
        self._replies.append(reply)
        self._look()
        return True

    def close(self, reason: str) -> None:
        """Fail ``next`` with this reason once the replies that came are taken."""
        self._closed = reason
        self._look()

    def _look(self) -> None:
        if self._came is not None:
            self._came.set()

    async def next(self) -> Message[Any]:
        """Wait for the next reply and return it.

        Raises:
            ReplyError: it says FAILED, or is a FaultMessage.
            RequestError: no more can come.
        """
        while not self._replies:
            if self._closed:
                raise RequestError(self._closed)
            self._came = OneShotEvent()
            await self._came.wait()
        return raise_for_failure(self._replies.popleft())


class PendingRequests:
    """All requests of a bus that wait for replies.

    Attributes:
        unclaimed: how many replies came that no request waited for: too late, or for another application.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, PendingRequest] = {}
        self.unclaimed = 0

    def add(self, request: PendingRequest) -> None:
        """Find this request by its names from now on."""
        for name in request.names:
            self._by_name[name] = request

    def remove(self, request: PendingRequest) -> None:
        """Find it no longer."""
        for name in request.names:
            if self._by_name.get(name) is request:
                del self._by_name[name]

    def find(self, correlation: str | None) -> PendingRequest | None:
        """Return the request that waits for a reply with that CorrelationID."""
        return self._by_name.get(correlation or "")

    def close(self, reason: str) -> None:
        """Fail all requests with this reason."""
        for request in self._by_name.values():
            request.close(reason)


def raise_for_failure(reply: Message[Any]) -> Message[Any]:
    """Return a reply that says OK or PARTIAL.

    Raises:
        ReplyError: it says anything else; its class follows the first error's category.
    """
    if reply.result in ("OK", "PARTIAL"):
        return reply
    errors = reply.errors
    first = next((error for error in errors if not error.code.startswith("0")), errors[0] if errors else None)
    code = first.code if first else ""
    reason = (first.reason or first.details or "") if first else f"the reply says {reply.result}"
    raise ReplyError.of(code, reason, errors=errors, message=reply)
