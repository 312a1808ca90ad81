"""AsyncAPI documents of components: valid, with the addresses of each transport, and true of real messages."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest

import cimbus
from asyncapi.schema import payload_validator, problems
from cimbus import Cim, Component, Context, Message, Topic, UsageError, noun
from cimbus.application.marshal import ROUTING_PROPERTIES, pack
from cimbus.asyncapi import describe
from cimbus.interface.envelope import Operation, OperationSet
from cimbus.middleware.discovery import open_transport
from cimbus.nouns import (
    EndDeviceControls,
    EndDeviceEvents,
    GetEndDeviceEvents,
    GetMeterReadings,
    MeterReadings,
)
from cimbus.testing import sample

AMQP = "jms+amqp://h"
BUSES = ["", "sqlite:/var/bus.db", "mqtt://h", "kafka://h", "jms+stomp://h?dialect=artemis", "jms+stomp://h", AMQP]
TEMPLATES = ["mqtt://h?template=plant1/{CONTEXT}/{noun}/{key}", "kafka://h?template=plant1.{noun}.{verb}"]


def make() -> Component:
    oms = Component("OMS", inbox=None)

    @oms.on(EndDeviceEvents, verb="created")
    async def power_off(message: Message[EndDeviceEvents]) -> MeterReadings:
        """Ask for readings.

        A second paragraph.
        """
        return MeterReadings()

    @oms.on(MeterReadings)
    async def store(message: Message[MeterReadings], context: Context) -> None: ...

    @oms.on("Kettles", verb="changed", key="K-1", context="test")
    async def boil(message: Message) -> None: ...

    @oms.on(name="all")
    def log(message: Message) -> None: ...

    @oms.answers(GetMeterReadings)
    async def answer(request: Message[GetMeterReadings]) -> MeterReadings: ...

    @oms.answers(GetEndDeviceEvents)
    async def parts(request: Message[GetEndDeviceEvents]) -> AsyncIterator[EndDeviceEvents]:
        yield EndDeviceEvents()

    @oms.answers(EndDeviceControls, verb="create")
    async def control(request: Message[EndDeviceControls]) -> None: ...

    @oms.every(900)
    def bundle() -> Iterator[Message[EndDeviceEvents]]:
        yield Message.of(EndDeviceEvents(), verb="changed")

    return oms


def open_bus(url: str):
    if url.startswith("jms+amqp"):
        pytest.importorskip("proton", reason="the AMQP engine is not installed")
    return open_transport(url or "memory:")


@pytest.mark.parametrize("url", BUSES)
def test_a_component_is_valid_on_every_naming(url: str) -> None:
    open_bus(url)

    said = {"publishes": ["MeterReadings.changed"], "requests": ["EndDeviceControls.create", "GetMeterReadings"]}
    document = describe(make(), buses=url, **said)

    assert problems(document) == []
    assert ("servers" in document) is bool(url)
    assert len(document["operations"]) == 12
    assert json.dumps(document) == json.dumps(describe(make(), buses=url, **said))


@pytest.mark.parametrize("url", BUSES + TEMPLATES)
def test_an_address_with_its_parameters_is_that_of_the_transport(url: str) -> None:
    """For each channel: what a topic of it is called, once its parameters are filled in."""
    naming = open_bus(url).naming
    expected = {
        naming.address(Topic("production", "events", "EndDeviceEvents", "created", "k-1")),
        naming.address(Topic("production", "events", "MeterReadings", "created", "k-1")),
        naming.address(Topic("test", "events", "Kettles", "changed", "K-1")),
        naming.address(Topic("production", "requests", "MeterReadings", "get", "k-1")),
        naming.address(Topic("production", "requests", "EndDeviceEvents", "get", "k-1")),
        naming.address(Topic("production", "requests", "EndDeviceControls", "create", "k-1")),
    }
    values = {"verb": "created", "VERB": "CREATED", "key": "k-1", "noun": "MeterReadings"}

    channels = describe(make(), buses=url)["channels"].values()

    assert expected <= {each["address"].format(**values) for each in channels if each["address"]}
    for each in channels:
        placeholders = set(re.findall(r"\{(\w+)\}", each["address"] or ""))
        assert placeholders == set(each.get("parameters", {}))


def test_channels_that_a_middleware_writes_alike_are_one() -> None:
    oms = Component("OMS")
    for verb in ("created", "changed"):
        oms.on(EndDeviceEvents, verb=verb)(log_message)

    assert list(describe(oms, buses="kafka://h")["channels"]) == ["events.EndDeviceEvents"]
    assert len(describe(oms, buses="mqtt://h")["channels"]) == 2
    operations = describe(oms, buses="kafka://h")["operations"].values()
    assert ["created" in each["description"] for each in operations] == [True, False]


async def log_message(message: Message) -> None: ...


def test_the_messages_of_a_component_are_those_that_are_sent() -> None:
    """JSON as the codec writes it is what the schema says; a wrong value is refused."""
    document = describe(make(), buses="mqtt://h")
    query = Message.of(sample(GetMeterReadings, seed=3, full=True))
    sent = {
        "EndDeviceEvents.EventMessage": Message.of(sample(EndDeviceEvents, seed=1, full=True), source="HES"),
        "GetMeterReadings.RequestMessage": query,
        "MeterReadings.ResponseMessage": query.reply(sample(MeterReadings, seed=2, full=True)),
        "FaultMessage": query.fault(),
        "EndDeviceControls.RequestMessage": Message.of(sample(EndDeviceControls, seed=4), verb="create"),
    }

    for name, message in sent.items():
        text = json.loads(cimbus.encode(message, "json"))
        assert [error.message for error in payload_validator(document, name).iter_errors(text)] == [], name
        wrong = json.loads(json.dumps(text).replace('"Verb"', '"Vreb"').replace('"Result"', '"Outcome"'))
        assert not payload_validator(document, name).is_valid(wrong), name

    other = json.loads(cimbus.encode(Message.of(MeterReadings()), "json"))
    assert not payload_validator(document, "EndDeviceEvents.EventMessage").is_valid(other)


def test_an_operation_set_is_described() -> None:
    app = Component("APP")
    app.answers("OperationSet", verb="execute")(log_message)
    steps = (Operation(operation_id=1, noun="EndDeviceControls", verb="create", payload=EndDeviceControls()),)
    message = Message.of(OperationSet(operations=steps), verb="execute")

    validator = payload_validator(describe(app), "OperationSet.RequestMessage")

    text = cimbus.encode(message, "json")
    assert [error.message for error in validator.iter_errors(json.loads(text))] == []
    assert not validator.is_valid(json.loads(text.replace(b"operationId", b"operation")))


def test_the_properties_are_those_that_are_written() -> None:
    header = {"source": "A", "context": "TEST", "revision": "2", "reply_address": "topic:x", "correlation_id": "c"}
    message = Message.of(EndDeviceEvents(), **header)
    written = pack(message, message.topic("k-1")).properties

    described = describe(make())["components"]["schemas"]["MessageProperties"]["properties"]

    assert set(written) <= set(described)
    assert ROUTING_PROPERTIES - {"Hops"} <= set(described)


def test_the_consumer_group_is_the_one_of_kafka() -> None:
    options = pytest.importorskip("cimbus_kafka.options")
    from cimbus import Pattern
    from cimbus.middleware.group import patterns_digest

    oms = Component("outage management")
    oms.on(EndDeviceEvents, verb="created")(log_message)

    (operation,) = describe(oms, buses="kafka://h")["operations"].values()

    pattern = Pattern("production", "events", "EndDeviceEvents", "created")
    expected = options.group_id("outage management.EndDeviceEvents.created", patterns_digest([pattern]))
    assert operation["bindings"]["kafka"]["groupId"]["const"] == expected


def test_each_protocol_has_its_bindings() -> None:
    def kinds(url: str) -> set[str]:
        open_bus(url)
        document = describe(make(), buses=url)
        parts = [*document["channels"].values(), *document["operations"].values()]
        parts += document["components"]["messages"].values()
        return {protocol for part in parts for protocol in part.get("bindings", {})}

    assert kinds("mqtt://h") == {"mqtt"}
    assert kinds("kafka://h") == {"kafka"}
    assert kinds("jms+stomp://h") == {"jms"}
    assert kinds("sqlite:x.db") == set()
    assert kinds(AMQP) == {"jms", "amqp1"}


def test_what_a_handler_returns_is_sent_and_a_timer_says_when() -> None:
    operations = describe(make())["operations"]

    assert operations["OMS.EndDeviceEvents.created.send.MeterReadings"]["action"] == "send"
    assert operations["OMS.bundle.send.EndDeviceEvents"]["summary"] == "Every 900 seconds."
    assert operations["OMS.EndDeviceEvents.created.receive"]["summary"] == "Ask for readings."


def test_versions_of_a_noun_are_messages_of_one_operation() -> None:
    made = [noun(f"urn:test:described:{year}#", name="Described", about=("",))(cls) for year, cls in VERSIONS.items()]
    crews = Component("CREWS")
    crews.on(made[1], upcast={made[0]: made[1]}, also=["urn:test:described:2028#"])(partial(log_message))

    document = describe(crews, buses="mqtt://h")

    assert problems(document) == []
    (operation,) = document["operations"].values()
    names = [each["$ref"].rpartition("/")[2] for each in operation["messages"]]
    namespaces = [document["components"]["messages"][name]["x-xml-namespace"] for name in names]
    assert namespaces == ["urn:test:described:2027#", "urn:test:described:2026#"]
    assert "urn:test:described:2028#" in operation["description"]
    assert "summary" not in operation
    assert {"Described2026", "Described2027"} <= set(document["components"]["schemas"])


class Described2026(Cim):
    mRID: str


class Described2027(Cim):
    mRID: str
    author: str | None = None


VERSIONS = {2026: Described2026, 2027: Described2027}


def test_a_reply_goes_where_the_request_says() -> None:
    document = describe(make(), buses="mqtt://h")
    reply = document["operations"]["OMS.GetMeterReadings.get.receive"]["reply"]
    channel = document["channels"][reply["channel"]["$ref"].rpartition("/")[2]]

    assert reply["address"]["location"] == "$message.header#/ReplyAddress"
    assert channel["address"] is None
    assert "production/replies/MeterReadings/reply/{key}" in channel["description"]
    assert set(channel["messages"]) == {"MeterReadings.ResponseMessage", "FaultMessage"}


def test_several_buses_have_channels_of_their_own() -> None:
    adapter = Component("ADAPTER")

    @adapter.on(EndDeviceEvents, bus="field", publish_to="platform")
    async def forward(message: Message[EndDeviceEvents]) -> EndDeviceEvents:
        return message.payload

    document = describe(adapter, buses={"field": "mqtt://a", "platform": "kafka://b"}, requests=["field=MeterReadings"])

    assert problems(document) == []
    used = {name: channel["servers"][0]["$ref"] for name, channel in document["channels"].items()}
    assert used["field.events.EndDeviceEvents"] == "#/servers/field"
    assert used["platform.events.EndDeviceEvents"] == "#/servers/platform"
    with pytest.raises(UsageError, match="does not say on which bus"):
        describe(adapter, buses={"field": "mqtt://a", "platform": "kafka://b"}, requests=["MeterReadings"])
    with pytest.raises(UsageError, match="asks for the bus 'field'"):
        describe(adapter, buses={"west": "mqtt://a", "east": "kafka://b"})


def test_a_password_is_not_in_the_document() -> None:
    document = describe(make(), buses="mqtts://ana:secret@broker:8883/?qos=2&version=3.1.1")

    assert "secret" not in json.dumps(document)
    assert document["servers"]["default"]["host"] == "broker:8883"
    assert document["servers"]["default"]["protocolVersion"] == "3.1.1"
    assert document["components"]["securitySchemes"] == {"userPassword": {"type": "userPassword"}}
    assert document["operations"]["OMS.GetMeterReadings.get.receive"]["bindings"]["mqtt"]["qos"] == 2
    assert problems(document) == []


@pytest.mark.parametrize("word", ["", "EndDeviceEvents.", ".created", "EndDeviceEvents.get"])
def test_what_is_said_wrongly_is_refused(word: str) -> None:
    with pytest.raises(UsageError):
        describe(make(), publishes=[word])


def test_without_a_component_there_is_nothing_to_describe() -> None:
    with pytest.raises(UsageError, match="which component"):
        describe()
