"""``cimbus init``: the project is tested, run, and deployed as far as that goes without a cluster."""

from __future__ import annotations

import configparser
import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from contextlib import closing

import pytest
import yaml

from .conftest import LIMIT, started
from .probing import Probe


@pytest.fixture
def project(cimbus, tmp_path, monkeypatch):
    """Make a project, and return its folder."""
    monkeypatch.chdir(tmp_path)
    code, out, err = cimbus("init", "meter-events")
    assert code == 0, err
    assert "meter-events/meter_events.py" in out
    return tmp_path / "meter-events"


def test_the_test_of_a_project_passes(project):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=2 * LIMIT)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_a_project_runs_and_handles_its_sample(cimbus, project, monkeypatch):
    monkeypatch.setenv("METER_EVENTS_INBOX", str(project / "inbox.db"))
    with started("run", "--health", "127.0.0.1:0", "--json", cwd=project) as running:
        probe = Probe(running)
        running.until("running METER-EVENTS on sqlite:bus.db")
        probe.until("ready", 200)
        monkeypatch.chdir(project)
        assert cimbus("publish", "event.xml")[0] == 0
        ends = time.monotonic() + LIMIT
        while not handled(project / "inbox.db"):
            assert time.monotonic() < ends
            assert probe.ask("live") == (200, [])
        running.process.send_signal(signal.SIGTERM)
        code, out, _ = running.result()

    assert code == 0
    assert json.loads(out.splitlines()[-1])["handled"] == 1


def handled(inbox):
    """Return the marks of an inbox."""
    with closing(sqlite3.connect(inbox, timeout=LIMIT)) as db:
        return db.execute("select * from cimbus_inbox").fetchall()


def test_its_files_agree_with_each_other(project):
    metadata = tomllib.loads((project / "pyproject.toml").read_text())
    assert metadata["project"]["name"] == "meter-events"
    dockerfile = (project / "Dockerfile").read_text()
    copied = [word for words in re.findall(r"^COPY (.+) \./$", dockerfile, re.MULTILINE) for word in words.split()]
    assert [name for name in copied if not (project / name).is_file()] == []
    service, stateful = yaml.safe_load_all((project / "deploy" / "kubernetes.yaml").read_text())
    (container,) = stateful["spec"]["template"]["spec"]["containers"]
    assert container["livenessProbe"]["httpGet"] == {"path": "/live", "port": "health"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "health"}
    assert container["ports"] == [{"name": "health", "containerPort": 8080}]
    assert service["spec"]["selector"] == stateful["spec"]["selector"]["matchLabels"]
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(project / "deploy" / "meter-events.service")
    assert unit["Service"]["Type"] == "notify"
    assert "@" not in re.sub(r"password@broker", "", "".join(f.read_text() for f in (project / "deploy").iterdir()))


def test_nothing_is_overwritten(cimbus, project):
    (project / "README.md").write_text("mine")

    code, _, err = cimbus("init", "meter-events")

    assert code == 2
    assert "exists already, and nothing was written" in err
    assert (project / "README.md").read_text() == "mine"


@pytest.mark.parametrize("name", ["7meters", "a b", "json", "class", "cimbus", "../x", "a" * 41, "-x", "x-"])
def test_a_name_that_no_module_can_have_is_refused(cimbus, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)

    assert cimbus("init", "--", name)[0] == 2
    assert list(tmp_path.iterdir()) == []
