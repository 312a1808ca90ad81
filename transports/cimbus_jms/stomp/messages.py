"""Frames of cimbus as STOMP's SEND, and MESSAGE as a frame (the mapping is ``cimbus_jms.properties``). Pure.

Rules:

* A body that is text goes without a content-length, which makes it a TextMessage to JMS; any other one is octets, and
  so is an empty one: a message without a body at all, which is how Map, Stream and Object messages arrive, is not ours.
* STOMP has one type of property, text.
* What is the same for every frame of a topic is written once and kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from cimbus.errors import SendError
from cimbus.frame import Frame
from cimbus.naming import Naming
from cimbus.topic import Topic
from cimbus_jms.destinations import read_address
from cimbus_jms.options import DEFAULT_PRIORITY
from cimbus_jms.properties import Label, complete, frame_name, is_text, write_label

from .codec import Frame as Wire
from .codec import write_head, write_headers
from .dialect import Dialect
from .modified import from_modified, to_modified
from .options import StompOptions

REMEMBERED: Final = 4_096


class Outgoing(msgspec.Struct, frozen=True):
    """A SEND that lacks its last headers: a receipt, a transaction."""

    head: bytes
    body: bytes

    def write(self, more: bytes = b"") -> bytes:
        """Return it whole; ``more`` are headers, each with its line end."""
        return b"%b%b\n%b\0" % (self.head, more, self.body)


class Writer:
    """Writes frames for one broker."""

    def __init__(
        self, dialect: Dialect, naming: Naming, options: StompOptions, *, now: Callable[[], float] = time.time
    ) -> None:
        self.dialect = dialect
        self.naming = naming
        self._options = options
        self._now = now
        self._heads: dict[tuple[str, str, str, str], str] = {}
        """The first headers for a topic, whatever its key."""
        self._by_key = "key" in naming.fields
        self._persistent = (("persistent", "true" if options.persistent else "false"),)

    def write(self, frame: Frame) -> Outgoing | SendError:
        """Write a frame, or say why that cannot be."""
        options, body = self._options, frame.body
        if len(body) > options.max_body:
            return SendError(f"a body of {len(body)} bytes; the option max_body is {options.max_body}")
        try:
            head = self._head(frame)
            label = write_label(
                frame.properties,
                frame.topic.key,
                priority=options.priority,
                time_to_live=options.time_to_live,
                now=self._now() if options.time_to_live else 0.0,
            )
            if (limit := self.dialect.longest_header) and (long := _longer(label, limit)):
                return SendError(f"the property {long} takes more than the {limit} octets of {self.dialect.title}")
            head += self._labelled(label)
            if not body or not is_text(frame.properties.get("ContentType"), body):
                head += f"content-length:{len(body)}\n"
            elif self.dialect.modified_utf8:
                body = to_modified(body)
            return Outgoing(head.encode(), body)
        except ValueError as exc:
            return SendError(str(exc))

    def _head(self, frame: Frame) -> str:
        """Write the command and where it goes to.

        Raises:
            ValueError: that is nowhere.
        """
        if frame.address is not None:
            return write_head("SEND", self.dialect.destination(read_address(frame.address)) + self._persistent)
        topic = frame.topic
        if self._by_key:
            return self._topic_head(topic)
        name = topic.context, topic.kind, topic.noun, topic.verb
        known = self._heads.get(name)
        if known is None:
            if len(self._heads) >= REMEMBERED:
                self._heads.clear()
            known = self._heads[name] = self._topic_head(topic)
        return known

    def _topic_head(self, topic: Topic) -> str:
        place = read_address(f"topic:{self.naming.address(topic)}")
        return write_head("SEND", self.dialect.destination(place) + self._persistent)

    def _labelled(self, label: Label) -> str:
        pairs = list(label.properties.items())
        if label.correlation_id:
            pairs.append(("correlation-id", label.correlation_id))
        if label.reply_to:
            with suppress(ValueError):  # no destination of JMS, but a property all the same
                pairs.append(("reply-to", self.dialect.reply_to(read_address(label.reply_to))))
        if label.group:
            pairs.append(("JMSXGroupID", label.group))
        if label.type:
            pairs.append(("type", label.type))
        if label.priority != DEFAULT_PRIORITY:
            pairs.append(("priority", str(label.priority)))
        if label.expiration:
            pairs.append(("expires", str(label.expiration)))
        return write_headers(pairs)


def _longer(label: Label, limit: int) -> str:
    """Return the name of a property that is longer than a header may be, as escapes and all; or nothing."""
    for name, value in label.properties.items():
        if len(value) * 4 > limit and len(name) + len(write_headers((("", value),)).encode()) > limit:
            return name
    return "CorrelationID" if len(label.correlation_id) * 4 > limit else ""


class Reader:
    """Reads the messages of one broker."""

    def __init__(self, dialect: Dialect, naming: Naming) -> None:
        self.dialect = dialect
        self.naming = naming
        self._names: dict[str, str | None] = dict.fromkeys(dialect.ours)
        """The property that a header is; None: it is none."""

    def read(self, wire: Wire) -> Frame:
        """Make a frame of a MESSAGE.

        Raises:
            ValueError: it has no body, or its topic is none that our naming writes.
        """
        headers, body = wire.headers, wire.body
        if not body and "content-length" not in headers:
            raise ValueError("it has no body, or one that STOMP cannot show (a Map, Stream or Object message)")
        if self.dialect.modified_utf8 and "content-length" not in headers:
            body = from_modified(body)
        names = self._names
        properties: dict[str, str] = {}
        for name, value in headers.items():
            known = names[name] if name in names else self._learn(name)
            if known is not None:
                properties[known] = value
        if not headers.keys().isdisjoint(_LABELS) or headers.get("priority") != "4" or headers.get("expires") != "0":
            self._complete(properties, headers)
        group = headers.get(self.dialect.group)
        if group and group != properties.get("Key"):
            properties["JMSXGroupID"] = group
        topic = self.naming.topic(self.dialect.topic(headers), properties)
        return Frame(topic=topic, body=body, properties=properties)

    def _learn(self, name: str) -> str | None:
        if len(self._names) >= REMEMBERED:
            for old in self._names.keys() - self.dialect.ours:
                del self._names[old]
        # what brokers add for themselves; a name of ours begins otherwise, or is encoded
        known = self._names[name] = None if name.startswith(("_", "JMS_", "x-opt-")) else frame_name(name)
        return known

    def _complete(self, properties: dict[str, str], headers: dict[str, str]) -> None:
        get = headers.get
        reply_to = get("reply-to", "")
        label = Label(
            correlation_id=get("correlation-id", ""),
            reply_to=self.dialect.address(reply_to) if reply_to and "ReplyAddress" not in properties else "",
            type=get("type", ""),
            priority=_whole(get("priority"), DEFAULT_PRIORITY),
            expiration=_whole(get("expires"), 0),
        )
        complete(properties, label)


_LABELS: Final = frozenset(("correlation-id", "reply-to", "type"))


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 20 else default
