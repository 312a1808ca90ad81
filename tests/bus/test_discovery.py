"""Transports by URL scheme, and what is said where there is none."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from cimbus import Bus, MissingExtraError, UnknownTransportError, UsageError, discovery
from cimbus.memory import MemoryTransport
from cimbus.sqlite import SqliteTransport


def test_the_scheme_decides():
    assert isinstance(discovery.open_transport("memory:"), MemoryTransport)
    assert isinstance(discovery.open_transport("sqlite:///tmp/never-opened.db"), SqliteTransport)
    assert {"memory", "mqtt", "mqtts", "sqlite"} <= set(discovery.schemes())


@pytest.mark.parametrize("url", ["carrier-pigeon://loft", "localhost", "", ":"])
def test_an_unknown_scheme_lists_those_there_are(url):
    with pytest.raises(UnknownTransportError, match="memory:, mqtt:, mqtts:, sqlite:"):
        Bus(url)


def test_a_missing_package_is_said_with_the_command(monkeypatch):
    point = EntryPoint("kafka", "cimbus_kafka.missing:KafkaTransport", discovery.GROUP)
    monkeypatch.setattr(discovery, "entry_points", lambda group: [point])
    with pytest.raises(MissingExtraError, match=r"kafka: needs cimbus_kafka; .*pip install 'cimbus\[kafka\]'"):
        Bus("kafka://localhost")


def test_nothing_installed_is_said(monkeypatch):
    monkeypatch.setattr(discovery, "entry_points", lambda group: [])
    with pytest.raises(UnknownTransportError, match="is cimbus installed"):
        Bus("memory:")


def test_an_unknown_option_is_refused_before_anything_is_connected():
    with pytest.raises(UsageError, match="colour"):
        Bus("memory:?colour=red")
