"""A message as a transport sees it: where it goes, what the broker may know of it, and bytes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec

from .topic import Topic

NO_PROPERTIES: Final[Mapping[str, str]] = MappingProxyType({})

CONTENT_TYPES: Final = {"xml": "application/xml", "json": "application/json"}


class Frame(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One message on its way.

    ``properties`` mirror the routing fields of the envelope under the envelope's own names (``Verb``, ``Noun``,
    ``Context``, ``Source``, ``MessageID``, ``CorrelationID``, ``ReplyAddress``, ``Revision``), plus ``ContentType`` and
    ``Key``; any other name is the application's. A transport puts those for which its protocol has a place of its
    own there (MQTT response topic and correlation data, JMSReplyTo and JMSCorrelationID) and brings all of them back.

    ``address`` overrides the topic's rendering: a literal destination as a peer wrote it in ReplyAddress, with its
    ``topic:`` or ``queue:`` in front. A transport that cannot reach it answers with a ``SendError``.
    """

    topic: Topic
    body: bytes
    properties: Mapping[str, str] = NO_PROPERTIES
    address: str | None = None
