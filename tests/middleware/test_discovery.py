"""Transports by URL scheme, and what is said where there is none."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from cimbus import Bus, MissingExtraError, UnknownTransportError, UsageError
from cimbus.middleware import discovery
from cimbus.middleware.memory import MemoryTransport
from cimbus.middleware.sqlite import SqliteTransport


def test_the_scheme_decides():
    assert isinstance(discovery.open_transport("memory:"), MemoryTransport)
    assert isinstance(discovery.open_transport("sqlite:///tmp/never-opened.db"), SqliteTransport)
    assert {"jms+stomp", "kafka", "memory", "mqtt", "mqtts", "sqlite"} <= set(discovery.schemes())


@pytest.mark.parametrize("url", ["carrier-pigeon://loft", "localhost", "", ":"])
def test_an_unknown_scheme_lists_those_there_are(url):
    with pytest.raises(UnknownTransportError, match="memory:, mqtt:, mqtts:, sqlite:"):
        Bus(url)


def test_a_missing_package_is_said_with_the_command(monkeypatch):
    point = EntryPoint("pigeon", "cimbus_pigeon:PigeonTransport", discovery.GROUP)
    monkeypatch.setattr(discovery, "entry_points", lambda group: [point])
    with pytest.raises(MissingExtraError, match=r"pigeon: needs cimbus_pigeon; .*pip install 'cimbus\[pigeon\]'"):
        Bus("pigeon://localhost")


@pytest.mark.parametrize(
    ("url", "package", "extra"),
    [
        ("mqtt://localhost", "paho", "mqtt"),
        ("kafka://localhost", "aiokafka", "kafka"),
        ("jms+amqp://localhost", "proton", "amqp"),
    ],
)
def test_what_a_transport_is_made_of_may_be_missing(url, package, extra):
    """In a process of its own, where that package cannot be imported."""
    program = (
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == sys.argv[1]:\n"
        "            raise ModuleNotFoundError(f'no {name}', name=name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "import cimbus\n"
        "try:\n"
        "    cimbus.Bus(sys.argv[2])\n"
        "except cimbus.UsageError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, package, url], capture_output=True, text=True, check=False)
    assert f"pip install 'cimbus[{extra}]'" in done.stdout, done.stdout + done.stderr


def test_stomp_needs_nothing():
    assert Bus("jms+stomp://localhost").transport.traits.groups


def test_nothing_installed_is_said(monkeypatch):
    monkeypatch.setattr(discovery, "entry_points", lambda group: [])
    with pytest.raises(UnknownTransportError, match="is cimbus installed"):
        Bus("memory:")


def test_an_unknown_option_is_refused_before_anything_is_connected():
    with pytest.raises(UsageError, match="colour"):
        Bus("memory:?colour=red")
