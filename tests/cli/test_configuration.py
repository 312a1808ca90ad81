"""Options from a file and from variables, and which of several counts."""

from __future__ import annotations

import json

import click
import pytest

from cimbus.cli.app import app
from cimbus.cli.configuration import defaults_of, read_table
from cimbus.cli.environment import variable_of, walk

from .conftest import EVENT


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Write a file into the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(text, name="cimbus.toml"):
        (tmp_path / name).write_text(text)

    return write


def test_an_option_outweighs_a_variable_which_outweighs_the_file(cimbus, configured, monkeypatch):
    def topic():
        return json.loads(cimbus(*("topics", "MeterReadings", "--verb", "created", "--bus", "memory:", "--json"))[1])[
            "address"
        ]

    configured('context = "one"\n')
    assert topic().startswith("one/")
    configured('context = "one"\n[topics]\ncontext = "two"\n')
    assert topic().startswith("two/")
    monkeypatch.setenv("CIMBUS_TOPICS_CONTEXT", "three")
    assert topic().startswith("three/")
    code, out, _ = cimbus("topics", "MeterReadings", "--context", "four", "--bus", "memory:", "--verb", "created")
    assert (code, "four/" in out) == (0, True)


def test_a_project_may_hold_the_options(cimbus, configured, files):
    configured('[tool.other]\nx = 1\n[tool.cimbus]\nbus = "sqlite:project.db"\n', "pyproject.toml")

    code, out, _ = cimbus("publish", files("a.xml", EVENT.format(id="m-1")), "--json")

    assert code == 0
    assert json.loads(out)["topic"] == "production/events/EndDeviceEvents/created/UP-1"


def test_a_file_may_be_named(cimbus, configured, monkeypatch):
    configured('context = "named"\n', "other.toml")
    monkeypatch.setenv("CIMBUS_CONFIG", "other.toml")

    assert "named/" in cimbus("topics", "MeterReadings", "--bus", "memory:")[1]
    assert "named/" not in cimbus("--config", "none.toml", "topics", "MeterReadings")[1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("contxt = 'x'", "'contxt' is neither a command nor an option that a command has"),
        ("[run]\nworker = 2", "[run] has no option 'worker'; there are components, "),
        ("run = 2", "run is a command: write a table [run]"),
        ("[dlq]\nlist = 2", "list is a command: write a table [dlq.list]"),
        ("[listen]\nbus = ['a', 'b']", "bus: it takes one value"),
        ("[run.bus]\nfield = 7", "a table of names and texts, such as field = 'mqtt://host'"),
        ("[run", "cimbus.toml: Expected"),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(cimbus, configured, text, why):
    configured(text)

    code, _, err = cimbus("topics", "MeterReadings")

    assert code == 2
    assert why in err
    assert "Traceback" not in err


def test_a_table_of_buses_is_for_run_alone():
    table = {"bus": {"field": "mqtt://f", "platform": "kafka://p"}, "run": {"components": "oms:oms", "stuck_after": 5}}

    found = defaults_of(app, table, "cimbus.toml")

    assert found["run"] == {
        "bus": ["field=mqtt://f", "platform=kafka://p"],
        "components": ["oms:oms"],
        "stuck_after": 5,
    }
    assert found["listen"] == {}


def test_without_a_file_nothing_is_configured(configured):
    assert read_table(None) == ("", {})


def test_a_wrong_value_is_told_as_on_the_command_line(cimbus, configured):
    configured("[listen]\ncount = 'many'")

    code, _, err = cimbus("listen", "--bus", "sqlite:x.db")

    assert (code, "'many' is not a valid integer range" in err) == (2, True)


def test_every_option_has_a_variable_of_its_own():
    found = [
        (path, parameter, parameter.envvar[0])
        for path, command in walk(app)
        for parameter in command.params
        if isinstance(parameter, click.Option) and isinstance(parameter.envvar, list)
    ]

    assert {variable for *_, variable in found} >= {"CIMBUS_RUN_WORKERS", "CIMBUS_DLQ_LIST_JSON", "CIMBUS_TOPICS_BUS"}
    assert len({variable for *_, variable in found}) == len(found)
    assert all(variable == variable_of(path, parameter) for path, parameter, variable in found)
    options = [p for _, command in walk(app) for p in command.params if isinstance(p, click.Option)]
    assert len(options) == len(found)


def test_a_flag_and_several_values_are_read_from_variables(cimbus, monkeypatch):
    monkeypatch.setenv("CIMBUS_TOPICS_VERB", "created changed")
    monkeypatch.setenv("CIMBUS_TOPICS_JSON", "1")

    code, out, _ = cimbus("topics", "MeterReadings", "--bus", "memory:")

    assert code == 0
    assert [json.loads(line)["verb"] for line in out.splitlines()] == ["created", "changed"]
