"""``cimbus asyncapi``: files that other programs read."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import yaml
from asyncapi.schema import problems

PROGRAM = """
from cimbus import Component, Message
from cimbus.nouns import EndDeviceEvents, GetMeterReadings, MeterReadings

oms, hes = Component("OMS"), Component("HES")


@oms.on(EndDeviceEvents, verb="created")
async def power_off(message: Message[EndDeviceEvents]) -> None: ...


@hes.answers(GetMeterReadings)
async def answer(request: Message[GetMeterReadings]) -> MeterReadings: ...
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    (tmp_path / "described.py").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("described", None)


def test_components_are_written_as_yaml_json_and_html(cimbus, program):
    options = ("--bus", "mqtt://broker", "--publishes", "PubOutages", "--requests", "GetMeterConfig", "--title", "Ours")
    assert cimbus("asyncapi", "described:oms", "described:hes", *options, "-o", "a.yaml", "--html", "a.html")[0] == 0
    code, out, err = cimbus("asyncapi", "described:oms", "described:hes", *options, "-o", "a.json")
    written = json.loads((program / "a.json").read_bytes())

    assert (code, out) == (0, "")
    assert "a.json: 6 channels, 4 operations" in err
    assert yaml.safe_load((program / "a.yaml").read_bytes()) == written
    assert "&id" not in (program / "a.yaml").read_text()
    assert problems(written) == []
    assert written["info"] == {"title": "Ours", "version": "1.0.0"}
    assert written["servers"]["default"]["host"] == "broker"
    assert "<h1>Ours</h1>" in (program / "a.html").read_text()


def test_without_a_file_json_is_written(cimbus, program):
    code, out, _ = cimbus("asyncapi", "described:oms", "--api-version", "2.1")

    assert code == 0
    assert json.loads(out)["info"] == {"title": "OMS", "version": "2.1"}


def test_a_page_alone_writes_no_document(cimbus, program):
    assert cimbus("asyncapi", "--catalog", "--html", "all.html")[:2] == (0, "")
    assert "channel-events.MeterReadings" in (program / "all.html").read_text()


def test_several_buses_have_names(cimbus, program):
    options = ("--bus", "field=mqtt://a", "--bus", "platform=kafka://b", "--publishes", "field=PubOutages")
    (program / "two.py").write_text(PROGRAM.replace('verb="created"', 'bus="field"'))
    code, out, _ = cimbus("asyncapi", "two:oms", *options)

    assert code == 0
    assert list(json.loads(out)["servers"]) == ["field", "platform"]
    sys.modules.pop("two", None)


def test_the_same_is_written_in_every_process(program):
    """Whatever the seed of hashes."""
    written = []
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "cimbus", "asyncapi", "--catalog"]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(command, capture_output=True, timeout=60, check=True, env=environment)
        written.append(done.stdout)

    assert written[0] == written[1]
    assert len(json.loads(written[0])["channels"]) > 100


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "MODULE:COMPONENT..., or --catalog"),
        (("--catalog", "described:oms"), "MODULE:COMPONENT..., or --catalog"),
        (("--catalog", "--publishes", "X"), "belong to components"),
        (("described:oms", "-o", "a.txt"), "ends with .json, .yaml, .yml"),
        (("described:oms", "--bus", "a=mqtt://a", "--bus", "mqtt://b"), "one of several buses needs a name"),
        (("described:oms", "--bus", "a=mqtt://a", "--bus", "a=mqtt://b"), "two buses are named 'a'"),
        (("described:oms", "--bus", "a=mqtt://a", "--bus", "b=mqtt://b"), "does not say on which bus"),
        (("described:oms", "--publishes", "EndDeviceEvents.get"), "the verb get makes requests, not events"),
    ],
)
def test_wrong_usage_is_one_line(cimbus, program, arguments, said):
    code, out, err = cimbus("asyncapi", *arguments)

    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_without_pyyaml_the_command_says_what_to_install(cimbus, program, monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)

    code, _, err = cimbus("asyncapi", "described:oms", "-o", "a.yaml")

    assert code == 2
    assert "pip install 'cimbus[asyncapi]'" in err
    assert not (program / "a.yaml").exists()
