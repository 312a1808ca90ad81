"""The schemas of a document: those of the envelope and of all classes that its messages are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cimbus.interface.envelope import Header, MessageType, OperationSet, Reply, Request
from cimbus.interface.model import Noun
from cimbus.interface.schemas import class_json_schema, classes_of, enums_of
from cimbus.middleware.frame import CONTENT_TYPES

Json = dict[str, Any]
WHERE: Final = "#/components/schemas/"
PROPERTIES: Final = "MessageProperties"
"""The name of the schema of what travels beside the body."""

_PROPERTIES: Final[Mapping[str, str]] = {
    "Verb": "Header.Verb; of an event in the past tense",
    "Noun": "Header.Noun",
    "ContentType": "what the body is written in",
    "MessageID": "Header.MessageID",
    "CorrelationID": "Header.CorrelationID",
    "Source": "Header.Source",
    "Context": "Header.Context",
    "Revision": "Header.Revision",
    "ReplyAddress": "Header.ReplyAddress: where replies go",
    "Key": "the mRID or name of the object that the message is about",
    "JMSExpiration": "when the message is of no use any more, in milliseconds since 1970",
}


class ComponentSchemas:
    """Schemas by name; each class is written once, and referred to.

    >>> from cimbus.interface.model import noun_of
    >>> from cimbus.nouns import MeterReadings
    >>> schemas = ComponentSchemas()
    >>> schemas.reference(noun_of(MeterReadings).cls)
    {'$ref': '#/components/schemas/MeterReadings'}
    >>> "ReadingReasonKind" in schemas.made
    True
    """

    def __init__(self) -> None:
        self.made: dict[str, Json] = {PROPERTIES: _properties()}
        self._names: dict[type[Any], str] = {}

    def reference(self, cls: type[Any]) -> Json:
        """Return a reference to the schema of a class, which is written with all that it is made of."""
        parts: list[type[Any]] = [*classes_of(cls).values(), *enums_of(cls).values()]
        fresh = [part for part in parts if part not in self._names]
        for part in fresh:
            self._names[part] = self._name(part)
        references = {part: f"{WHERE}{self._names[part]}" for part in parts}
        for part in fresh:
            self.made[self._names[part]] = class_json_schema(part, references)
        return {"$ref": references[cls]}

    def _name(self, cls: type[Any]) -> str:
        """Return the name of a class; a number tells it from another class of that name."""
        name, number = cls.__name__, 2
        while name in self._names.values() or name in self.made:
            name, number = f"{cls.__name__}-{number}", number + 1
        return name

    def message(self, kind: MessageType, noun: Noun | str) -> Json:
        """Return the schema of a message in its JSON form: the envelope with its areas.

        Args:
            kind: which of the envelopes.
            noun: what it carries; a text: the name of a noun without a class, empty: any.
        """
        areas: Json = {}
        if kind is not MessageType.fault:
            areas["Header"] = self._header(noun)
        payload = self._payload(noun)
        if kind is MessageType.request:
            areas["Request"] = self.reference(Request)
            if isinstance(noun, Noun) and noun.query:
                areas["Request"] = {"allOf": [areas["Request"], payload]}
        if kind in (MessageType.response, MessageType.fault):
            areas["Reply"] = self.reference(Reply)
        if kind is not MessageType.fault and not (isinstance(noun, Noun) and noun.query):
            areas["Payload"] = payload
        required = [name for name in ("Header", "Reply") if name in areas]
        inner: Json = {"type": "object", "properties": areas, "required": required}
        return {"type": "object", "properties": {kind.value: inner}, "required": [kind.value]}

    def _header(self, noun: Noun | str) -> Json:
        word = noun.header if isinstance(noun, Noun) else noun
        known = self.reference(Header)
        return {"allOf": [known, {"properties": {"Noun": {"const": word}}}]} if word else known

    def _payload(self, noun: Noun | str) -> Json:
        """Return the schema of the area that holds a noun; what is compressed has another form there."""
        if noun == "OperationSet":  # of the envelope, and so no noun
            return {"type": "object", "properties": {noun: self.reference(OperationSet)}}
        if isinstance(noun, str):
            return {"type": "object"}
        return {"type": "object", "properties": {noun.name: self.reference(noun.cls)}}


def _properties() -> Json:
    made: Json = {name: {"type": "string", "description": text} for name, text in _PROPERTIES.items()}
    made["ContentType"]["enum"] = list(CONTENT_TYPES.values())
    return {
        "type": "object",
        "description": "Message properties that mirror the header, so that no body is opened to route it: user "
        "properties of MQTT 5, record headers of Kafka, properties of JMS. Other programs may send none of them, and "
        "properties of their own.",
        "properties": made,
    }
