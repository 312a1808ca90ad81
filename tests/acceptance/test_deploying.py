"""The files of docs/deploying.md: what systemd, YAML and the command say of them."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from pages import ROOT, blocks

from cimbus.cli.app import app

FILES = {block.info: block.text for block in blocks(ROOT / "docs" / "deploying.md") if block.info}


def options_of(words: list[str]) -> dict[str, object]:
    """Return the options that the command reads from its words, without running it."""
    group, name, *rest = words
    assert Path(group).name == "cimbus"
    command = app.commands[name]
    with command.make_context(name, rest) as context:
        return context.params


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=True)
    parser.optionxform = str
    parser.read_string(FILES["adapter.service"].replace("Environment=CIMBUS", "Environment =CIMBUS"))
    return parser


def manifest() -> dict:
    return yaml.safe_load(FILES["adapter.yaml"])


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    text = FILES["adapter.service"].replace("/opt/adapter/bin/cimbus", str(Path(sys.executable).parent / "cimbus"))
    (tmp_path / "adapter.service").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [program, "verify", "--man=no", str(tmp_path / "adapter.service")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert [line for line in (done.stdout + done.stderr).splitlines() if "adapter.service" in line] == []


def test_the_unit_runs_a_command_that_exists():
    found = options_of(shlex.split(unit()["Service"]["ExecStart"]))

    assert "adapter:adapter" in str(found)
    assert "8080" in str(found["health"])


def test_the_image_and_the_probes_fit_together():
    (container,) = manifest()["spec"]["template"]["spec"]["containers"]
    (port,) = container["ports"]
    image = FILES["Dockerfile"]
    words = [word.strip('", ') for word in image.partition("CMD [")[2].partition("]")[0].split(",")]

    assert words[-1].endswith(f":{port['containerPort']}")
    assert {container[probe]["httpGet"]["port"] for probe in ("livenessProbe", "readinessProbe")} == {port["name"]}
    assert f"--uid {manifest()['spec']['template']['spec']['securityContext']['runAsUser']}" in image
    assert "adapter:adapter" in str(options_of(words))


def test_what_stops_a_process_waits_longer_than_the_component():
    from cimbus import Component

    grace = Component("ADAPTER").grace

    assert int(unit()["Service"]["TimeoutStopSec"]) > grace
    assert manifest()["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > grace


def test_each_mount_is_a_volume_and_holds_the_files():
    spec = manifest()["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    volumes = {each["name"] for each in spec["template"]["spec"]["volumes"]}
    volumes |= {each["metadata"]["name"] for each in spec["volumeClaimTemplates"]}
    paths = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}

    assert set(paths) == volumes
    letters = next(each["value"] for each in container["env"] if each["name"] == "CIMBUS_DEAD_LETTERS")
    assert letters.startswith(f"{paths['state']}/")


def test_several_buses_can_be_given_in_one_variable(monkeypatch):
    """As the file of the unit does; systemd removes the quotation marks."""
    _, _, value = FILES["adapter.env"].strip().partition("=")
    monkeypatch.setenv("CIMBUS_BUS", value.strip('"'))
    with app.commands["run"].make_context("run", ["adapter:adapter"]) as context:
        assert context.params["bus"] == tuple(value.strip('"').split())
    assert isinstance(context, click.Context)
