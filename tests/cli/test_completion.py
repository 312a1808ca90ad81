"""Completion, asked as shells ask, and by a real bash."""

from __future__ import annotations

import shutil
import subprocess
import sys

import click
import pytest
from click.shell_completion import ShellComplete

from cimbus.cli.app import app
from cimbus.cli.completing import components_of, modules_of

from .conftest import LIMIT

MODULE = '''
"""A module that must not be imported to be completed."""
raise SystemExit(1)
oms = Component("OMS")
ami: Component[State] = cimbus.Component[State]("AMI")
other = Bus("memory:")
'''


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "handlers.py").write_text(MODULE)
    (tmp_path / "package" / "inner").mkdir(parents=True)
    for name in ("package/__init__.py", "package/inner/__init__.py", "package/inner/app.py", "not-a-module.py"):
        (tmp_path / name).write_text('app = Component("APP")\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def offered(*words):
    """Return what is offered for the last word."""
    found = ShellComplete(app, {}, "cimbus", "_CIMBUS_COMPLETE").get_completions(list(words[:-1]), words[-1])
    return [item.value if item.type == "plain" else item.type for item in found]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("topics", "meterreadi"), "MeterReadings"),
        (("listen", "--noun", "GetMeterReadi"), "GetMeterReadings"),
        (("schema", "Unplanned"), "UnplannedOutages"),
        (("listen", "--verb", "cre"), "create"),
        (("decode", ""), "file"),
        (("publish", "a"), "file"),
        (("validate", "a"), "file"),
        (("generate", "a"), "file"),
        (("request", "a"), "file"),
        (("run", "han"), "handlers:oms"),
        (("run", "handlers:a"), "handlers:ami"),
        (("run", "handlers", ":", "o"), "oms"),  # as bash has it
        (("run", "handlers", ":"), "oms"),
        (("acl", "package.i"), "package.inner:app"),
        (("dlq", "list", "--noun", "MeterReadings"), "MeterReadings"),
        (("completion", "f"), "fish"),
        (("deco",), "decode"),
    ],
)
def test_words_are_completed(here, words, first):
    assert offered(*words)[0] == first


def test_own_nouns_are_offered_where_a_variable_names_their_module(here, monkeypatch):
    (here / "completed_kettles.py").write_text(
        "from cimbus import Cim, noun\n\n\n@noun('urn:completed', about=('',))\nclass CompletedKettles(Cim):\n"
        "    mRID: str = ''\n"
    )
    monkeypatch.setenv("CIMBUS_IMPORT", "completed_kettles,missing")

    assert offered("topics", "Completed") == ["CompletedKettles"]


def test_modules_are_those_that_can_be_imported(here):
    assert set(modules_of(here)) == {"handlers", "package", "package.inner", "package.inner.app"}
    assert components_of(here / "handlers.py") == ["oms", "ami"]
    assert components_of(here / "missing.py") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(cimbus, shell):
    code, out, _ = cimbus("completion", shell)

    assert code == 0
    assert "_CIMBUS_COMPLETE" in out


def test_an_unknown_shell_is_refused(cimbus):
    code, _, err = cimbus("completion", "csh")

    assert (code, "'csh' is not one of" in err) == (2, True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes(cimbus, here):
    (here / "completion.bash").write_text(cimbus("completion", "bash")[1])
    script = """
        source completion.bash
        COMP_WORDS=(cimbus topics MeterReadi) COMP_CWORD=2
        _cimbus_completion ./cimbus.sh
        echo "${COMPREPLY[@]}"
    """
    (here / "cimbus.sh").write_text(f'#!/bin/sh\nexec {sys.executable} -m cimbus "$@"\n')
    (here / "cimbus.sh").chmod(0o755)
    done = subprocess.run(["bash", "-c", script], cwd=here, capture_output=True, text=True, timeout=LIMIT)

    assert done.stdout.split() == ["MeterReadings"], done.stderr


def test_every_option_for_a_noun_or_a_verb_is_completed():
    from cimbus.cli.environment import option_name, walk

    parameters = [(path, each) for path, command in walk(app) for each in command.params]
    wanted = [(path, each) for path, each in parameters if option_name(each) in {"noun", "nouns", "verb", "components"}]

    assert len(wanted) >= 15
    assert [path for path, each in wanted if each._custom_shell_complete is None] == []
    files = [(path, each) for path, each in parameters if option_name(each) in {"file", "files", "schemas"}]
    assert [path for path, each in files if not isinstance(each.type, click.Path | click.File)] == []
