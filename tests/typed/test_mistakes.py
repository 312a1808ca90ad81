"""What a type checker passes must not fail at run time for a reason that types could have told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(180)

HERE = Path(__file__).parent
MISTAKES = HERE / "mistakes.py"


def marked() -> set[int]:
    lines = MISTAKES.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if line.endswith("  # E")}


def output_of(*words: str) -> str:
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parents[1])
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def test_mypy_refuses_each_mistake_and_nothing_else() -> None:
    printed = output_of("mypy", "--no-error-summary", str(MISTAKES))

    assert {int(found) for found in re.findall(r"mistakes\.py:(\d+): error", printed)} == marked()


def test_pyright_refuses_each_mistake_and_nothing_else(tmp_path: Path) -> None:
    project = tmp_path / "pyrightconfig.json"  # of its own: the project's leaves this file out
    settings = {"include": ["."], "typeCheckingMode": "strict", "reportUnusedExpression": "none"}
    project.write_text(json.dumps(settings), encoding="utf-8")
    shutil.copy(MISTAKES, tmp_path)
    printed = output_of("pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(project))

    found = [each for each in json.loads(printed)["generalDiagnostics"] if each["severity"] == "error"]
    assert {each["range"]["start"]["line"] + 1 for each in found} == marked()
