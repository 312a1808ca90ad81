"""The messages of a document: headers, payload, correlation, and what the protocols have for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from cimbus.interface.envelope import MessageType
from cimbus.interface.model import Noun
from cimbus.interface.topic import Kind
from cimbus.middleware.frame import CONTENT_TYPES

from .schemas import PROPERTIES, WHERE, ComponentSchemas

Json = dict[str, Any]

ENVELOPES: Final = {
    Kind.events: MessageType.event,
    Kind.requests: MessageType.request,
    Kind.replies: MessageType.response,
}
MQTT_BINDING: Final = "0.2.0"
KAFKA_BINDING: Final = "0.5.0"
JMS_BINDING: Final = "0.0.1"
"""The versions of the bindings that are written; https://github.com/asyncapi/bindings has them all."""
_TEXT: Final[Json] = {"type": "string"}


class DocumentMessages:
    """Messages by name: the noun and the envelope.

    >>> messages = DocumentMessages("application/xml", ["mqtt"])
    >>> messages.add(MessageType.fault, "")
    'FaultMessage'
    >>> list(messages.made)
    ['FaultMessage']

    Args:
        content_type: of the bodies.
        protocols: the keys of the bindings to write.
    """

    def __init__(self, content_type: str, protocols: Sequence[str]) -> None:
        self.schemas = ComponentSchemas()
        self.made: dict[str, Json] = {}
        self._content_type = content_type
        self._protocols = protocols
        self._names: dict[tuple[MessageType, Noun | str], str] = {}

    def add_all(self, kind: MessageType, nouns: Iterable[Noun | str]) -> list[str]:
        """Add the messages with these nouns, each once; return their names."""
        return list(dict.fromkeys(self.add(kind, noun) for noun in nouns))

    def add(self, kind: MessageType, noun: Noun | str) -> str:
        """Add one; return its name."""
        name = self._names.get((kind, noun))
        if name is None:
            name = self._names[kind, noun] = self._name(kind, noun)
            self.made[name] = self._message(kind, noun)
        return name

    def _name(self, kind: MessageType, noun: Noun | str) -> str:
        word = noun.name if isinstance(noun, Noun) else noun
        # component keys and JSON pointers allow no more characters (AsyncAPI 3.1, Components Object)
        first = re.sub(r"[^A-Za-z0-9._-]", "_", f"{word}.{kind.value}") if word else kind.value
        name, number = first, 2
        while name in self.made:  # two versions of one noun
            name, number = f"{first}-{number}", number + 1
        return name

    def _message(self, kind: MessageType, noun: Noun | str) -> Json:
        word = noun.name if isinstance(noun, Noun) else noun
        correlation = "sent" if kind is MessageType.event else "asked"
        made: Json = {
            "name": kind.value,
            "title": f"{word} ({kind.value})" if word else kind.value,
            "description": _description(noun, self._content_type),
            "contentType": self._content_type,
            "headers": {"$ref": f"{WHERE}{PROPERTIES}"},
            "correlationId": {"$ref": f"#/components/correlationIds/{correlation}"},
            "payload": self.schemas.message(kind, noun),
        }
        if isinstance(noun, Noun):
            made["x-xml-namespace"] = noun.namespace
        if bindings := self._bindings(kind):
            made["bindings"] = bindings
        return made

    def _bindings(self, kind: MessageType) -> Json:
        bindings: Json = {}
        if "mqtt" in self._protocols:
            bindings["mqtt"] = {"contentType": self._content_type, "correlationData": _TEXT}
            if kind is MessageType.request:
                bindings["mqtt"]["responseTopic"] = _TEXT
            bindings["mqtt"]["bindingVersion"] = MQTT_BINDING
        if "kafka" in self._protocols:
            key = _TEXT | {"description": "the mRID or name of the object that the message is about, in UTF-8"}
            bindings["kafka"] = {"key": key, "bindingVersion": KAFKA_BINDING}
        if "jms" in self._protocols:
            fields = ["JMSCorrelationID", "JMSXGroupID"] + ["JMSReplyTo"] * (kind is MessageType.request)
            headers = {"type": "object", "properties": dict.fromkeys(fields, _TEXT)}
            bindings["jms"] = {"headers": headers, "bindingVersion": JMS_BINDING}
        if "amqp1" in self._protocols:
            bindings["amqp1"] = {}
        return bindings


def _description(noun: Noun | str, content_type: str) -> str:
    if content_type != CONTENT_TYPES["xml"]:
        return "An envelope of IEC 61968-100."
    text = "An envelope of IEC 61968-100. The payload's schema is that of its JSON form; the XML has the same tree"
    return f"{text}, the noun in the namespace {noun.namespace}" if isinstance(noun, Noun) else f"{text}."


CORRELATION_IDS: Final[Json] = {
    "asked": {
        "description": "A reply carries the CorrelationID of its request, or its MessageID where that has none.",
        "location": "$message.header#/CorrelationID",
    },
    "sent": {
        "description": "The CorrelationID of the message that led to this one, or its MessageID; none leads to most.",
        "location": "$message.header#/CorrelationID",
    },
}
