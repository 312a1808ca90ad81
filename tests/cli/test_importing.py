"""``--import MODULE`` and ``CIMBUS_IMPORT``: commands know the nouns of the user."""

from __future__ import annotations

import sys

import click
import pytest

from cimbus.cli.app import app

NOUNS = """
from __future__ import annotations
from cimbus import Cim, noun

class {word}Part(Cim):
    mRID: str
    boils: bool = False

@noun("urn:{word}", items="Part", about=("",))
class {word}(Cim):
    Part: list[{word}Part] = []
"""
BARE = '<{word} xmlns="urn:{word}"><Part><mRID>p-1</mRID><boils>{boils}</boils></Part></{word}>'


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Write a module in the working directory; return its name. It is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CIMBUS_IMPORT", raising=False)
    made = []

    def make(name, text):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        made.append(name)
        return name

    yield make
    for name in made:
        sys.modules.pop(name, None)
    if str(tmp_path) in sys.path:
        sys.path.remove(str(tmp_path))


def leaves(command):
    if isinstance(command, click.Group):
        return [leaf for each in command.commands.values() for leaf in leaves(each)]
    return [command]


def test_every_command_has_the_option():
    without = [each.name for each in leaves(app) if not any("--import" in param.opts for param in each.params)]

    assert without == []


def test_a_noun_of_the_users_is_typed(cimbus, files, module):
    bare = files("a.xml", BARE.format(word="Toasters", boils="maybe"))
    _, _, before = cimbus("decode", bare)
    code, out, err = cimbus("decode", "--import", module("toasters", NOUNS.format(word="Toasters")), bare)

    assert "boils" not in before
    assert code == 0
    assert '"mRID":"p-1"' in out
    assert "boils: 'maybe'" in err


def test_several_modules_and_those_of_the_variable(cimbus, module, monkeypatch):
    monkeypatch.setenv("CIMBUS_IMPORT", f"{module('first', NOUNS.format(word='First'))}, ,")
    second, third = (module(name, NOUNS.format(word=name.title())) for name in ("second", "third"))
    code, out, err = cimbus("topics", "First", "Second", "Third", "--import", second, "--import", third, "--json")

    assert (code, err) == (0, "")
    assert '"typed":false' not in out


def test_a_group_has_it_in_its_commands(cimbus, bus, module):
    code, _, err = cimbus("dlq", "list", "--bus", bus, "--import", "no_such_module_here")

    assert code == 2
    assert "there is no module 'no_such_module_here' here or installed" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_thing", "broken.py, line 1: No module named 'no_such_thing'"),
        ("x = 1\nraise LookupError('first\\nsecond')", "broken.py, line 2: LookupError: first"),
        ("def f(:", "SyntaxError: "),
        ("import sys; sys.exit(3)", "broken.py, line 1: SystemExit: 3"),
        (
            "from cimbus import *\n@noun('urn:x')\nclass Broken(Cim):\n    a: set[str]",
            "broken.py, line 2: TypeError: ",
        ),
    ],
    ids=["import", "raises", "syntax", "exit", "declaration"],
)
def test_what_is_wrong_with_a_module_is_one_line_with_its_place(cimbus, module, text, said):
    code, out, err = cimbus("topics", "--import", module("broken", text))
    (line,) = [each for each in err.splitlines() if each.startswith("Error")]

    assert (code, out) == (2, "")
    assert line.startswith("Error: --import broken: ")
    assert said in line
    assert "Traceback" not in err


def test_the_topic_of_a_query_is_that_of_its_request(cimbus):
    code, out, err = cimbus("topics", "GetMeterReadings", "--bus", "memory:")

    assert code == 0
    assert out.split() == ["MeterReadings", "get", "memory", "production/requests/MeterReadings/get"]
    assert "get MeterReadings" in err
