"""``cimbus generate``: a module that imports, is formatted, and passes both type checkers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from interface.xsd.schemas import COMMON, DEVICES, OUTAGES, QUERY, written

from cimbus.cli import exits
from cimbus.cli.app import run_app

TOOLS = Path(sys.executable).parent


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generate")
    paths = [
        written(folder, "DeviceConfig", DEVICES + COMMON, "urn:test:generated:DeviceConfig#"),
        written(folder, "Outages", OUTAGES + COMMON, "urn:test:generated:Outages#"),
        written(folder, "GetOutages", QUERY + COMMON, "urn:test:generated:GetOutages#"),
    ]
    output = folder / "generated_nouns.py"
    assert run_app(["generate", *map(str, paths), "-o", str(output)]) == exits.OK
    return output


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=55, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_module_imports_and_registers_its_nouns(module):
    code = (
        "import generated_nouns as g, cimbus; from cimbus.interface.model import noun_of;"
        "assert noun_of(g.GetOutages).header == 'Outages';"
        "assert noun_of(g.Outages).items == 'Outage'"
    )

    assert run(sys.executable, "-W", "error", "-c", code, cwd=module.parent) == ""


def test_the_module_is_formatted_and_without_findings(module):
    assert (
        run(str(TOOLS / "ruff"), "format", "--check", "--line-length", "120", "--isolated", ".", cwd=module.parent)
        == ""
    )
    assert (
        run(
            str(TOOLS / "ruff"),
            "check",
            "--line-length",
            "120",
            "--isolated",
            "--select",
            "E,F,I,W",
            ".",
            cwd=module.parent,
        )
        == ""
    )


def test_the_module_passes_a_strict_type_checker(module):
    user = module.parent / "user.py"
    user.write_text(
        "from generated_nouns import GetOutages, Outages\n"
        "import cimbus\n"
        "async def ask(bus: cimbus.Bus) -> Outages:\n"
        "    return (await bus.request(GetOutages())).payload\n"
    )
    wrong = "generated_nouns.py:"
    found = run(
        sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "user.py", module.name, cwd=module.parent
    )

    assert wrong not in found
    assert found == ""


def test_what_cannot_be_expressed_is_an_error_in_one_line(tmp_path, capsys):
    body = '<xs:element name="N">\n<xs:complexType mixed="true"/></xs:element>'
    path = written(tmp_path, "N", body)

    assert run_app(["generate", str(path)]) == exits.USAGE
    assert f"{path}:2: text between elements" in capsys.readouterr().err
