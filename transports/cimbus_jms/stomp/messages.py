"""Frames of cimbus as STOMP's SEND, and MESSAGE as a frame (the mapping is ``cimbus_jms.properties``). Pure.

Rules:

* A body that is text is sent without a content-length, which makes it a TextMessage in JMS; any other one is octets,
  and so is an empty one: a message without any body, which is how Map, Stream and Object messages arrive, is skipped.
* STOMP has one type of property, text.
* What is the same for every frame of a topic is written once and kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Final

import msgspec

from cimbus.interface.topic import Topic
from cimbus.middleware.frame import Frame
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import CACHED_ADDRESSES, check_content, check_option, from_modified, to_modified
from cimbus_jms.destinations import read_address
from cimbus_jms.options import DEFAULT_PRIORITY, StompOptions
from cimbus_jms.properties import JmsHeaders, complete, frame_name, headers_of, is_text

from .codec import StompFrame, write_head, write_headers
from .dialect import Dialect

CACHED_HEADERS: Final = 4_096
"""For how many names of headers it is kept which property they are. A peer decides about the names, so there is a
bound."""


class OutgoingMessage(msgspec.Struct, frozen=True):
    r"""A SEND that lacks its last headers: a receipt, a transaction.

    >>> OutgoingMessage(b"SEND\ndestination:/topic/T\n", b"body").write(b"receipt:1\n")
    b'SEND\ndestination:/topic/T\nreceipt:1\n\nbody\x00'
    """

    head: bytes
    body: bytes

    def write(self, more: bytes = b"") -> bytes:
        """Return the complete frame; ``more`` are further headers, each with its line end."""
        return b"%b%b\n%b\0" % (self.head, more, self.body)


class StompWriter:
    """Writes frames for one broker.

    Args:
        dialect: what is special at the broker.
        naming: how topics are written.
        options: of the URL.
        now: returns seconds since the epoch.

    >>> from cimbus_jms.stomp.endpoint import DIALECTS
    >>> writer = StompWriter(DIALECTS["artemis"], DIALECTS["artemis"].naming, StompOptions())
    >>> frame = Frame(topic=Topic("production", "events", "MeterReadings", "created"), body=b"")
    >>> writer.write(frame).head.splitlines()[:2]
    [b'SEND', b'destination:PRODUCTION.EVENTS.MeterReadings.created']
    """

    def __init__(
        self, dialect: Dialect, naming: Naming, options: StompOptions, *, now: Callable[[], float] = time.time
    ) -> None:
        self.dialect = dialect
        self.naming = naming
        self._options = options
        self._now = now
        self._topic_head = lru_cache(CACHED_ADDRESSES)(self._write_topic_head)
        """The first headers for a topic; whatever its key, unless its address has it."""
        self._by_key = "key" in naming.fields
        self._persistent = (("persistent", "true" if options.persistent else "false"),)

    def write(self, frame: Frame) -> OutgoingMessage:
        """Write a frame.

        Raises:
            ValueError: it cannot be written; the message says why.
            MessageTooLargeError: its body is larger than the option max_body.
        """
        options, body = self._options, frame.body
        check_option("a body", len(body), options.max_body, "max_body")
        head = self._head(frame)
        jms = headers_of(
            frame.properties,
            frame.topic.key,
            priority=options.priority,
            time_to_live=options.time_to_live,
            now=self._now() if options.time_to_live else 0.0,
        )
        if (limit := self.dialect.longest_header) and (long := _longer(jms, limit)):
            raise ValueError(f"the property {long} takes more than the {limit} octets of {self.dialect.title}")
        head += self._write_headers(jms)
        if not body or not is_text(frame.properties.get("ContentType"), body):
            head += f"content-length:{len(body)}\n"
        elif self.dialect.modified_utf8:
            body = to_modified(body)
        return OutgoingMessage(head.encode(), body)

    def _head(self, frame: Frame) -> str:
        """Write the command and the destination.

        Raises:
            ValueError: there is none.
        """
        if frame.address is not None:
            return write_head("SEND", self.dialect.destination(read_address(frame.address)) + self._persistent)
        topic = frame.topic
        return self._topic_head(topic.context, topic.kind, topic.noun, topic.verb, topic.key if self._by_key else "")

    def _write_topic_head(self, *levels: str) -> str:
        destination = read_address(f"topic:{self.naming.address(Topic(*levels))}")
        return write_head("SEND", self.dialect.destination(destination) + self._persistent)

    def _write_headers(self, jms: JmsHeaders) -> str:
        pairs = list(jms.properties.items())
        if jms.correlation_id:
            pairs.append(("correlation-id", jms.correlation_id))
        if jms.reply_to:
            with suppress(ValueError):  # no destination of JMS, but still a property
                pairs.append(("reply-to", self.dialect.reply_to(read_address(jms.reply_to))))
        if jms.group:
            pairs.append(("JMSXGroupID", jms.group))
        if jms.type:
            pairs.append(("type", jms.type))
        if jms.priority != DEFAULT_PRIORITY:
            pairs.append(("priority", str(jms.priority)))
        if jms.expiration:
            pairs.append(("expires", str(jms.expiration)))
        return write_headers(pairs)


def _longer(jms: JmsHeaders, limit: int) -> str:
    """Return the name of a property whose header is longer than allowed, escapes included; empty if none is."""
    for name, value in jms.properties.items():
        if len(value) * 4 > limit and len(name) + len(write_headers((("", value),)).encode()) > limit:
            return name
    return "CorrelationID" if len(jms.correlation_id) * 4 > limit else ""


class StompReader:
    """Reads the messages of one broker.

    Args:
        dialect: what is special at the broker.
        naming: how topics are read.
    """

    def __init__(self, dialect: Dialect, naming: Naming) -> None:
        self.dialect = dialect
        self.naming = naming
        self._names: dict[str, str | None] = dict.fromkeys(dialect.protocol_headers)
        """Which property a header is; None: it is none."""

    def read(self, wire: StompFrame) -> Frame:
        """Make a frame of a MESSAGE.

        Raises:
            NoContentError: it has lost its content.
            ValueError: it has no body, or its address is none that the naming writes.
        """
        headers, body = wire.headers, wire.body
        if not body and "content-length" not in headers and "ContentType" not in headers and not wire.defect:
            raise ValueError("it has no body, or one that STOMP cannot show (a Map, Stream or Object message)")
        if self.dialect.modified_utf8 and "content-length" not in headers:
            body = from_modified(body)
        names = self._names
        properties: dict[str, str] = {}
        for name, value in headers.items():
            known = names[name] if name in names else self._learn(name)
            if known is not None:
                properties[known] = value
        if not headers.keys().isdisjoint(_HEADERS) or headers.get("priority") != "4" or headers.get("expires") != "0":
            self._complete(properties, headers)
        group = headers.get(self.dialect.group)
        if group and group != properties.get("Key"):
            properties["JMSXGroupID"] = group
        if not wire.defect:
            check_content(body, properties)
        topic = self.naming.topic(self.dialect.topic(headers), properties)
        return Frame(topic=topic, body=body, properties=properties)

    def _learn(self, name: str) -> str | None:
        if len(self._names) >= CACHED_HEADERS:
            for old in self._names.keys() - self.dialect.protocol_headers:
                del self._names[old]
        # what brokers add for themselves; names of properties begin with a letter, or are encoded (``java_name``)
        known = self._names[name] = None if name.startswith(("_", "JMS_", "x-opt-")) else frame_name(name)
        return known

    def _complete(self, properties: dict[str, str], headers: dict[str, str]) -> None:
        get = headers.get
        reply_to = get("reply-to", "")
        jms = JmsHeaders(
            correlation_id=get("correlation-id", ""),
            reply_to=self.dialect.address(reply_to) if reply_to and "ReplyAddress" not in properties else "",
            type=get("type", ""),
            priority=_whole(get("priority"), DEFAULT_PRIORITY),
            expiration=_whole(get("expires"), 0),
            message_id=get(self.dialect.message_id, ""),
        )
        complete(properties, jms)


_HEADERS: Final = frozenset(("correlation-id", "reply-to", "type"))


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 20 else default
