"""What type checkers find in the program of docs/adapter.md when somebody makes a mistake in it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pages import ROOT, blocks

pytestmark = pytest.mark.timeout(180)

PAGE = ROOT / "docs" / "adapter.md"
ON, ANSWERS = "@adapter.on(", "@adapter.answers("
MISTAKES = {
    "misspelt_verb": ('verb="created"', 'verb="creatd"', ON),
    "misspelt_option": ("publish_to=", "publishto=", ON),
    "misspelt_option_of_the_component": ("lifespan=lifespan)", "lifespan=lifespan, retries=3)", "Component("),
    "text_as_flag": ("complete=True", 'complete="yes"', ON),
    "no_lifespan": ("lifespan=lifespan)", "lifespan=State)", "Component("),
    "handler_of_another_noun": ("message: Message[TransformerReports]", "message: Message[GetTransformerReports]", ON),
    "handler_with_another_state": (
        "forward(message: Message[TransformerReports], context: Context[State])",
        "forward(message: Message[TransformerReports], context: Context[int])",
        ON,
    ),
    "answer_for_another_query": (
        "request: Message[GetTransformerReports]",
        "request: Message[TransformerReports]",
        ANSWERS,
    ),
    "reply_of_another_noun": ("-> TransformerReports | None:", "-> GetTransformerReports | None:", ANSWERS),
    "misspelt_attribute": ("report.celsius > 300", "report.celcius > 300", "celcius"),
    "text_as_number": ("report.celsius > 300", 'report.celsius > "300"', '> "300"'),
    "misspelt_attribute_of_the_state": ("= context.state.last,", "= context.state.lasts,", "lasts"),
    "publish_not_awaited": ("await context.publish(", "context.publish(", "context.publish("),
    "publish_of_no_noun": ("publish(TransformerReports(Transformer=news))", "publish(news)", "publish(news)"),
    "misspelt_field": ("Transformer=news", "Transformers=news", "Transformers=news"),
    "field_of_another_type": ("Transformer=found)", "Transformer=asked)", "Transformer=asked)"),
    "lifespan_with_another_state": ("yield State()", "yield 5", "yield 5"),
}
"""Name: what is replaced, by what, and a text in the line where it must be reported."""


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the program, and a copy for each mistake."""
    (program,) = (block.text for block in blocks(PAGE) if block.info == "adapter.py")
    folder = tmp_path_factory.mktemp("adapter")
    (folder / "none.py").write_text(program, encoding="utf-8")
    for name, (old, new, _) in MISTAKES.items():
        assert program.count(old) == 1, old
        (folder / f"{name}.py").write_text(program.replace(old, new), encoding="utf-8")
    return folder


def check(copies: Path, found: set[tuple[str, int]]) -> None:
    """Each mistake is reported where it is, and nothing in the program as it stands."""
    assert [line for name, line in found if name == "none"] == []
    for name, (_, _, place) in MISTAKES.items():
        lines = (copies / f"{name}.py").read_text(encoding="utf-8").splitlines()
        reported = [lines[line - 1] for where, line in found if where == name]
        assert any(place in line for line in reported), f"{name}: {reported}"


def test_mypy_finds_each_mistake(copies: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(copies)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)

    check(copies, {(each[0], int(each[1])) for each in re.findall(r"(\w+)\.py:(\d+): error", done.stdout)})


def test_pyright_finds_each_mistake(copies: Path) -> None:
    project = copies / "pyrightconfig.json"
    project.write_text(json.dumps({"include": ["."], "typeCheckingMode": "strict"}), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    errors = [each for each in json.loads(done.stdout)["generalDiagnostics"] if each["severity"] == "error"]
    check(copies, {(Path(each["file"]).stem, each["range"]["start"]["line"] + 1) for each in errors})
