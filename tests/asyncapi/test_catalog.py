"""The AsyncAPI document of all nouns."""

from __future__ import annotations

import json
from typing import Any

import pytest

import cimbus
from asyncapi.schema import payload_validator, problems
from cimbus import Message
from cimbus.asyncapi import describe_catalog
from cimbus.interface.model import all_nouns
from cimbus.testing import sample

BUILT_IN = [noun for noun in all_nouns() if noun.cls.__module__.startswith("cimbus.nouns")]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return describe_catalog(buses="mqtt://h")


def test_the_catalogue_is_valid(document: dict[str, Any]) -> None:
    assert problems(document) == []


def test_a_sample_of_each_noun_is_one_of_its_messages(document: dict[str, Any]) -> None:
    assert len(BUILT_IN) > 50
    described = document["components"]["messages"].items()
    names = {(each["x-xml-namespace"], each["title"]): name for name, each in described if "x-xml-namespace" in each}

    for noun in BUILT_IN:
        message = Message.of(sample(noun.cls, seed=1))
        name = names[noun.namespace, f"{noun.name} ({message.message_type.value})"]
        text = json.loads(cimbus.encode(message, "json"))
        assert [error.message for error in payload_validator(document, name).iter_errors(text)] == [], name


def test_each_noun_has_its_channels(document: dict[str, Any]) -> None:
    addresses = {channel["address"] for channel in document["channels"].values()}

    for noun in BUILT_IN:
        verb = "get" if noun.query else "{verb}"
        assert f"production/requests/{noun.header}/{verb}/{{key}}" in addresses
        assert noun.query or f"production/events/{noun.header}/{{verb}}/{{key}}" in addresses


def test_operations_say_the_part_of_the_series(document: dict[str, Any]) -> None:
    operation = document["operations"]["MeterReadings.receive"]

    assert operation["tags"] == [{"name": "IEC 61968-9"}]
    assert "Business functions:" in operation["summary"]


def test_the_context_and_the_format_are_as_asked() -> None:
    document = describe_catalog(context="TEST", format="json", title="Ours", version="7")

    assert document["channels"]["test.events.MeterReadings"]["address"] == "test/events/MeterReadings/{verb}/{key}"
    assert document["defaultContentType"] == "application/json"
    assert document["info"] == {"title": "Ours", "version": "7"}
    assert document["components"]["messages"]["MeterReadings.EventMessage"]["contentType"] == "application/json"
