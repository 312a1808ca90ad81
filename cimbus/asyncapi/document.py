"""A whole AsyncAPI document, as a dictionary that JSON and YAML can write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from cimbus.application.component import Component
from cimbus.errors import UsageError
from cimbus.interface.envelope import MessageType
from cimbus.interface.topic import Kind
from cimbus.middleware.frame import CONTENT_TYPES
from cimbus.middleware.group import patterns_digest
from cimbus.middleware.net import escaped

from .catalog import operations_of_nouns
from .channels import DocumentChannels
from .messages import CORRELATION_IDS, ENVELOPES, KAFKA_BINDING, MQTT_BINDING, DocumentMessages
from .operations import OperationDescription, operations_of, said
from .servers import ServerDescription, servers_of

Json = dict[str, Any]
Format = Literal["xml", "json"]

VERSION: Final = "3.1.0"
"""Of the AsyncAPI specification."""


def describe(
    *components: Component[Any],
    buses: Mapping[str, str] | str | None = None,
    publishes: Iterable[str] = (),
    requests: Iterable[str] = (),
    context: str | None = None,
    format: Format = "xml",  # noqa: A002  # as Bus has it
    title: str = "",
    version: str = "1.0.0",
) -> Json:
    """Return the AsyncAPI document of components: what they receive and reply, and what they say that they send.

    A handler says what it sends where the annotation of what it returns names nouns. What is sent by
    ``context.publish`` or ``bus.request`` has to be said.

    Args:
        components: one or several.
        buses: the URL of the bus, or several by name; none: without servers, topics as on ``memory:``.
        publishes: further events, as ``NOUN``, ``NOUN.VERB`` or ``BUS=NOUN.VERB``.
        requests: further requests, written alike.
        context: Header.Context, the first level of topics; by default production.
        format: what the bodies of what is sent are written in.
        title: of the document; by default the names of the components.
        version: of the application.

    Raises:
        UsageError: there is no component, a handler asks for a bus that there is not, or ``publishes`` and
            ``requests`` are not written so.
        CimbusError: the transport of a bus is not installed.

    >>> from cimbus.nouns import EndDeviceEvents
    >>> from cimbus import Component, Message
    >>> oms = Component("OMS")
    >>> @oms.on(EndDeviceEvents, verb="created")
    ... async def power_off(message: Message[EndDeviceEvents]) -> None: ...
    >>> document = describe(oms, publishes=["UnplannedOutages"])
    >>> [channel["address"] for channel in document["channels"].values()]  # doctest: +NORMALIZE_WHITESPACE
    ['production/events/EndDeviceEvents/created/{key}', 'production/events/UnplannedOutages/{verb}/{key}']
    """
    if not components:
        raise UsageError("which component? Give one or several, or describe the catalogue of nouns")
    names = ", ".join(component.name for component in components)
    found = [each for component in components for each in operations_of(component, context)]
    found += [said(word, Kind.events, components[0].name, context) for word in publishes]
    found += [said(word, Kind.requests, components[0].name, context) for word in requests]
    return _document(found, buses, CONTENT_TYPES[format], {"title": title or names, "version": version})


def describe_catalog(
    *,
    buses: Mapping[str, str] | str | None = None,
    context: str | None = None,
    format: Format = "xml",  # noqa: A002  # as Bus has it
    title: str = "",
    version: str = "1.0.0",
) -> Json:
    """Return the AsyncAPI document of all nouns that are known: of each, events, requests and their replies.

    It is written from the side of a program that receives events and sends requests.

    Args:
        buses: the URL of the bus; none: without servers, topics as on ``memory:``.
        context: Header.Context, the first level of topics; by default production.
        format: what the bodies are written in.
        title: of the document.
        version: of the document.

    Raises:
        UsageError: several buses were given.
        CimbusError: the transport of the bus is not installed.

    >>> document = describe_catalog(buses="sqlite:bus.db")
    >>> document["channels"]["events.MeterReadings"]["address"]
    'production/events/MeterReadings/{verb}/{key}'
    """
    info = {"title": title or "Nouns of IEC 61968", "version": version}
    return _document(list(operations_of_nouns(context)), buses, CONTENT_TYPES[format], info)


def _document(
    found: Iterable[OperationDescription], buses: Mapping[str, str] | str | None, content_type: str, info: Json
) -> Json:
    servers = servers_of(buses)
    protocols = list(dict.fromkeys(word for server in servers.values() for word in server.protocol.bindings))
    messages = DocumentMessages(content_type, protocols)
    channels = DocumentChannels(several=len(servers) > 1)
    operations: Json = {}
    for each in found:
        operations[_unique(each.name, operations)] = _operation(each, _bus_of(each, servers), channels, messages)
    given = [server for server in servers.values() if server.url]
    components: Json = {
        "messages": messages.made,
        "schemas": messages.schemas.made,
        "correlationIds": CORRELATION_IDS,
    }
    if any(server.secured for server in given):
        components["securitySchemes"] = {"userPassword": {"type": "userPassword"}}
    return {
        "asyncapi": VERSION,
        "info": info,
        "defaultContentType": content_type,
        **({"servers": {server.name: server.to_json() for server in given}} if given else {}),
        "channels": channels.made,
        "operations": operations,
        "components": components,
    }


def _unique(name: str, taken: Json) -> str:
    safe = escaped(name, "_", "._-")
    found, number = safe, 2
    while found in taken:
        found, number = f"{safe}-{number}", number + 1
    return found


def _bus_of(operation: OperationDescription, servers: Mapping[str, ServerDescription]) -> ServerDescription:
    """Return the bus of an operation.

    Raises:
        UsageError: there is none of that name, or it does not say which of several.
    """
    name = operation.bus
    if len(servers) == 1 and (name is None or not next(iter(servers.values())).url):
        return next(iter(servers.values()))
    if name is None:
        raise UsageError(f"{operation.name} does not say on which bus; there are {', '.join(servers)}")
    if name not in servers:
        raise UsageError(f"{operation.name} asks for the bus {name!r}; there are {', '.join(servers)}")
    return servers[name]


def _operation(
    operation: OperationDescription, server: ServerDescription, channels: DocumentChannels, messages: DocumentMessages
) -> Json:
    kind = Kind(operation.pattern.kind or Kind.events)
    names = messages.add_all(ENVELOPES[kind], operation.carries)
    channel = channels.add(server, operation.pattern, names)
    made: Json = {
        "action": operation.action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names],
    }
    if operation.summary:
        made["summary"] = operation.summary
    if text := _description(operation, server):
        made["description"] = text
    if operation.tag:
        made["tags"] = [{"name": operation.tag}]
    if bindings := _bindings(operation, server):
        made["bindings"] = bindings
    if operation.reply is not None:
        names = [*messages.add_all(MessageType.response, operation.reply), messages.add(MessageType.fault, "")]
        replies = channels.add_replies(server, operation.pattern, names)
        made["reply"] = {
            "address": {"location": "$message.header#/ReplyAddress"},
            "channel": {"$ref": f"#/channels/{replies}"},
            "messages": [{"$ref": f"#/channels/{replies}/messages/{name}"} for name in names],
        }
    return made


def _description(operation: OperationDescription, server: ServerDescription) -> str:
    """Return what the address of the channel does not say."""
    pattern = operation.pattern
    words = [
        f"{field} {value}"
        for field in ("context", "verb", "key")
        if (value := getattr(pattern, field)) and field not in server.naming.fields
    ]
    lines = [f"Only messages with {', '.join(words)}."] if words else []
    if operation.group:
        lines.append(f"Its consumers are the group {operation.group}.")
    if operation.also:
        lines.append(f"Also taken: the noun in the namespaces {', '.join(operation.also)}.")
    return " ".join(lines)


def _bindings(operation: OperationDescription, server: ServerDescription) -> Json:
    bindings: Json = {}
    if "mqtt" in server.protocol.bindings:
        bindings["mqtt"] = {"qos": int(server.options.get("qos", "1")), "bindingVersion": MQTT_BINDING}
    if "kafka" in server.protocol.bindings and operation.group:
        # how cimbus_kafka calls the consumer group; a test holds that it is the same
        group = f"cimbus-{escaped(operation.group, '%', '._')}-{patterns_digest([operation.pattern])}"
        bindings["kafka"] = {"groupId": {"type": "string", "const": group}, "bindingVersion": KAFKA_BINDING}
    if "amqp1" in server.protocol.bindings:
        bindings["amqp1"] = {}
    return bindings
