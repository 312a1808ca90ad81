"""The channels of a document: topics as a middleware writes them, with parameters for the levels that vary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from cimbus.interface.topic import DEFAULT_CONTEXT, Kind, Pattern, kind_of_verb
from cimbus.interface.verbs import VERB_NAMES

from .messages import JMS_BINDING, KAFKA_BINDING
from .servers import ServerDescription

Json = dict[str, Any]

_PARAMETER: Final = re.compile(r"\{(\w+)\}")
_MEANING: Final = {
    "context": "Header.Context",
    "kind": "events, requests or replies: what the verb makes",
    "noun": "Header.Noun",
    "verb": "Header.Verb",
    "key": "The mRID or name of the object that the message is about; the level is left out where there is none.",
}
_LOCATION: Final = {"context": "Context", "noun": "Noun", "verb": "Verb", "key": "Key"}
"""The message property that says the same; ``kind`` has none."""


class DocumentChannels:
    """Channels by name; patterns that a middleware writes alike are one channel.

    Args:
        several: whether there are several buses, so that a channel belongs to one of them.
    """

    def __init__(self, *, several: bool) -> None:
        self.made: dict[str, Json] = {}
        self._several = several
        self._names: dict[tuple[str, Pattern], str] = {}

    def add(self, server: ServerDescription, pattern: Pattern, messages: Iterable[str]) -> str:
        """Add the channel of a pattern, with messages; return its name."""
        written = _written(server, pattern)
        name = self._names.get((server.name, written))
        if name is None:
            name = self._add(server, written, self._channel(server, written))
        self._put(name, messages)
        return name

    def add_replies(self, server: ServerDescription, request: Pattern, messages: Iterable[str]) -> str:
        """Add the channel of the replies to requests, whose address each request says; return its name."""
        pattern = Pattern(request.context, Kind.replies, request.noun)
        name = self._names.get((server.name, pattern))
        if name is None:
            usual = server.naming.template_for(Pattern(request.context, Kind.replies, request.noun, "reply"))
            text = f"The address is the request's ReplyAddress. Requesters that are programs of cimbus wait at {usual}."
            channel: Json = {"address": None, "description": text, "messages": {}, **self._servers(server)}
            name = self._add(server, pattern, channel)
        self._put(name, messages)
        return name

    def _add(self, server: ServerDescription, pattern: Pattern, channel: Json) -> str:
        levels = [level for level in pattern.levels if level and level != DEFAULT_CONTEXT]
        words = [server.name, *levels] if self._several else levels
        first = re.sub(r"[^\w.-]", "_", ".".join(words)) or "all"
        name, number = first, 2
        while name in self.made:
            name, number = f"{first}-{number}", number + 1
        self._names[server.name, pattern] = name
        self.made[name] = channel
        return name

    def _put(self, name: str, messages: Iterable[str]) -> None:
        for each in messages:
            self.made[name]["messages"][each] = {"$ref": f"#/components/messages/{each}"}

    def _servers(self, server: ServerDescription) -> Json:
        return {"servers": [{"$ref": f"#/servers/{server.name}"}]} if self._several else {}

    def _channel(self, server: ServerDescription, pattern: Pattern) -> Json:
        address = server.naming.template_for(pattern)
        made: Json = {"address": address, "messages": {}, **self._servers(server)}
        if parameters := {word: _parameter(word, pattern) for word in _PARAMETER.findall(address)}:
            made["parameters"] = parameters
        if bindings := _bindings(server.protocol.bindings, address):
            made["bindings"] = bindings
        return made


def _written(server: ServerDescription, pattern: Pattern) -> Pattern:
    """Return a pattern without the levels that an address of this middleware does not have."""
    left_out = {"context", "kind", "noun", "verb", "key"} - server.naming.fields
    return msgspec.structs.replace(pattern, **dict.fromkeys(left_out))


def _parameter(word: str, pattern: Pattern) -> Json:
    field = word.lower()
    made: Json = {"description": _MEANING[field] + (" (in upper case)" if word != field else "")}
    if field in _LOCATION:
        made["location"] = f"$message.header#/{_LOCATION[field]}"
    if field == "verb":
        made["examples"] = sorted(verb for verb in VERB_NAMES if pattern.kind in (None, kind_of_verb(verb)))
    elif field == "kind":
        made["enum"] = [kind.value.upper() if word != field else kind.value for kind in Kind]
    return made


def _bindings(protocols: Iterable[str], address: str) -> Json:
    bindings: Json = {}
    for protocol in protocols:
        if protocol == "kafka":
            # only a whole name: a topic of Kafka has no parameters
            topic = {} if "{" in address else {"topic": address}
            bindings["kafka"] = {**topic, "bindingVersion": KAFKA_BINDING}
        elif protocol == "jms":
            # the binding knows queues alone, and takes the destination for one if nothing else is said
            bindings["jms"] = {
                "destination": address,
                "x-destinationType": "topic",
                "bindingVersion": JMS_BINDING,
            }
        elif protocol == "amqp1":
            bindings["amqp1"] = {}  # reserved: the binding has no fields yet
    return bindings
