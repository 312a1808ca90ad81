"""What README, docs/ and CONTRIBUTING name exists: links, options, traits, commands, classes."""

from __future__ import annotations

import re
from pathlib import Path

import click
import msgspec
import pytest
from pages import BLOCK, PAGES, PROSE, ROOT, anchors, tables

import cimbus
import cimbus_jms
import cimbus_kafka
import cimbus_mqtt
from cimbus import Traits
from cimbus.application.handler_spec import HandlerOptions
from cimbus.application.subscribe_options import SubscribeOptions
from cimbus.cli.app import app
from cimbus.middleware.discovery import open_transport
from cimbus.middleware.memory.options import MemoryOptions
from cimbus.middleware.sqlite.options import SqliteOptions


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", BLOCK.sub("", page.read_text(encoding="utf-8"))):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")

    assert [page.name for page in PAGES[1:] if page.name != "README.md" and f"]({page.name})" not in index] == []


def option_structs() -> dict[str, type[msgspec.Struct]]:
    from cimbus_jms import JmsOptions
    from cimbus_kafka import KafkaOptions
    from cimbus_mqtt import MqttOptions

    brokers = {"MQTT": MqttOptions, "Kafka": KafkaOptions, "JMS": JmsOptions}
    return {"Memory": MemoryOptions, "SQLite": SqliteOptions, **brokers}


TRAITS = tuple(Traits.__annotations__)
URLS = {
    "Memory": "memory:x",
    "SQLite": "sqlite:x.db",
    "MQTT": "mqtt://x",
    "Kafka": "kafka://x",
    "JMS": "jms+stomp://x",
    "STOMP only": "jms+stomp://x",
}


@pytest.mark.parametrize("section", URLS)
def test_each_documented_option_is_one_of_the_transport(section: str) -> None:
    """With the default that is shown; and each option of the transport is documented."""
    rows = tables(ROOT / "docs" / "transports.md")[section]
    struct = option_structs().get(section)
    for name, default, *_ in rows:
        value = default.split()[0] if default else ""
        open_transport(f"{URLS[section]}?{name}={value}")  # raises where there is no such option
        if struct is not None:
            (field,) = (field for field in msgspec.structs.fields(struct) if field.name == name)
            assert msgspec.convert(value, field.type, strict=False) == field.default, name

    assert rows
    if struct is not None:
        assert {row[0] for row in rows} == {field.name for field in msgspec.structs.fields(struct)}


def test_the_table_of_traits_is_true() -> None:
    pytest.importorskip("proton", reason="the AMQP engine is not installed")
    urls = ("memory:", "sqlite:x", "mqtt://x", "kafka://x", "jms+stomp://x?dialect=activemq")
    traits = [open_transport(url).traits for url in (*urls, "jms+stomp://x?dialect=artemis", "jms+amqp://x")]
    text = (ROOT / "docs" / "transports.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip(" `") for cell in line.split("|")[1:-1]]
        for line in text.partition("| | memory | SQLite |")[2].partition("\n\n")[0].splitlines()[2:]
    ]

    assert [row[0] for row in rows if row[0] != "max_body"] == [name for name in TRAITS if name != "max_body"]
    for name, *cells in rows:
        for cell, each in zip(cells, traits, strict=True):
            if cell in ("yes", "no"):
                assert getattr(each, name) is (cell == "yes"), name


@pytest.mark.parametrize("page", PROSE, ids=lambda page: page.name)
def test_each_command_and_its_options_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in re.findall(r"^cimbus .*$|`cimbus [^`]*`", text, re.MULTILINE):
        words = line.strip("`").split()[1:]
        if not words or not words[0].islower():
            continue
        command: click.Command | None = app if words[0].startswith("--") else app.commands.get(words[0])
        if isinstance(command, click.Group) and len(words) > 1:
            command = command.commands.get(words[1])
        assert command is not None, line
        known = {option for parameter in command.params for option in parameter.opts + parameter.secondary_opts}
        assert {word for word in words if word.startswith("--")} - {"--help"} <= known, line


def test_each_command_is_documented() -> None:
    rows = [row[0].split()[1] for row in tables(ROOT / "docs" / "command-line.md")["Commands"]]

    assert sorted(rows) == sorted(app.commands)


def test_each_trait_and_each_option_of_a_handler_is_documented() -> None:
    traits = tables(ROOT / "docs" / "transports.md")["Traits"]
    handlers = tables(ROOT / "docs" / "handlers.md")
    options = [row[0].split(", ") for row in handlers["Options of on and answers"]]
    pulled = [row[0].split(", ") for row in handlers["Receive without handlers"]]

    assert {row[0] for row in traits} == set(TRAITS)
    assert {name for names in options for name in names} == set(HandlerOptions.__annotations__)
    assert {name for names in pulled for name in names} == set(SubscribeOptions.__annotations__)


def test_each_class_that_contributing_names_exists() -> None:
    """Where it says how things are called: in the left column."""
    text = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = text.partition("| name | not |")[2].partition("\n\n")[0].splitlines()[2:]
    names = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    packages = (cimbus, cimbus_jms, cimbus_kafka, cimbus_mqtt)
    files = [file for package in packages for file in Path(str(package.__file__)).parent.rglob("*.py")]
    classes = {name for file in files for name in re.findall(r"^class (\w+)", file.read_text("utf-8"), re.MULTILINE)}

    assert names
    assert names <= classes
