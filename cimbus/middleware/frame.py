"""A message as a transport sees it: a topic, properties that the broker may read, and octets."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from cimbus.interface.topic import Topic

NO_PROPERTIES: Final[Mapping[str, str]] = MappingProxyType({})

CONTENT_TYPES: Final = {"xml": "application/xml", "json": "application/json"}


class Frame(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message between two applications; a transport does not look into its body.

    >>> frame = Frame(topic=Topic("production", "events", "MeterReadings", "created"), body=b"<EventMessage/>")
    >>> str(frame.topic), dict(frame.properties)
    ('production/events/MeterReadings/created', {})

    ``properties`` mirror the routing fields of the envelope under the envelope's own names (``Verb``, ``Noun``,
    ``Context``, ``Source``, ``MessageID``, ``CorrelationID``, ``ReplyAddress``, ``Revision``), plus ``ContentType`` and
    ``Key``; any other name is the application's. A transport puts those for which its protocol has a place of its
    own there (MQTT response topic and correlation data, JMSReplyTo and JMSCorrelationID) and brings all of them back.

    ``address`` overrides the topic's rendering: a literal destination as a peer wrote it in ReplyAddress, with its
    ``topic:`` or ``queue:`` in front. A transport that cannot reach it answers with a ``SendError``.

    ``create``: whether the sender may create the destination where it is missing and the middleware leaves that to
    clients (Kafka). False where another application chose it: messages could have any number of topics created.
    """

    topic: Topic
    body: bytes
    properties: Mapping[str, str] = NO_PROPERTIES
    address: str | None = None
    create: bool = True
