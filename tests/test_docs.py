"""The code of README and of the pages of docs/ runs, prints what they show, and passes the type checker.

The word behind a block's language says how it is tested: a file name (it is saved under that name and run), ``broker``
(it is only type-checked). ``text`` is what the block before it prints.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest
from pages import PAGES, README, ROOT, Block, blocks, name_of

VARIABLE = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[^ ]*|\d\d:\d\d:\d\d\.\d+|/\S*/(?=[\w.-]+$)")
"""What differs from run to run: times, and the folder of a file."""


class Page:
    """The blocks of one page, run in order in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed: str | None = None
        """By the last block; None: it was not run."""

    def run(self, block: Block, module: types.ModuleType) -> None:
        if block.language == "python":
            self.printed = self._python(block, module)
        elif block.language == "sh":
            self.printed = None if "broker" in block.info else self._shell(block.text)
        elif block.language == "text" and self.printed is not None:
            compare(block.text, self.printed)

    def _python(self, block: Block, module: types.ModuleType) -> str | None:
        if block.info.endswith(".py"):
            (self.folder / block.info).write_text(block.text, encoding="utf-8")
            pytest_runs = ("-m", "pytest", "-q", "-p", "no:cacheprovider") if block.info.startswith("test_") else ()
            return self._process(sys.executable, *pytest_runs, block.info)
        code = compile("\n" * (block.line - 1) + block.text, str(module.__file__), "exec")
        if block.info == "broker":
            return None
        log = logging.getLogger("cimbus")
        level = log.level  # a page may say which lines it shows
        try:
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(code, module.__dict__)
        finally:
            log.setLevel(level)
        return out.getvalue()

    def _shell(self, script: str) -> str:
        return self._process("bash", "-euo", "pipefail", "-c", script.replace("pip install '.[all]' && ", ""))

    def _process(self, *command: str) -> str:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = os.environ | {"PATH": path, "CIMBUS_DEAD_LETTERS": ""}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=150, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


def compare(shown: str, printed: str) -> None:
    """Each line that is shown was printed as often; ``...`` stands for anything, and so does a time."""
    lines = [" ".join(VARIABLE.sub("TIME", line).split()) for line in printed.splitlines()]
    for line in shown.splitlines():
        words = " ".join(VARIABLE.sub("TIME", line).split())
        pattern = re.compile(".*".join(map(re.escape, words.split("..."))))
        found = next((each for each in lines if pattern.fullmatch(each)), None)
        assert found is not None, f"not printed: {line}\n{printed}"
        lines.remove(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_blocks_of_a_page_run_and_print_what_is_shown(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)  # a page's pytest is not this one
    module = types.ModuleType(name_of(page))
    module.__file__ = str(page)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    runner = Page(tmp_path)
    for block in blocks(page):
        if page != README or "tests/run.py" not in block.text:
            runner.run(block, module)


@pytest.mark.timeout(300)
def test_type_checkers_accept_all_code(tmp_path: Path) -> None:
    """The blocks of a page are one module, like those that a reader would write from it."""
    for page in PAGES:
        whole = ""
        for block in blocks(page):
            if block.language == "python" and block.info.endswith(".py"):
                (tmp_path / block.info).write_text(block.text, encoding="utf-8")
            elif block.language == "python":
                whole += "\n" * (block.line - whole.count("\n") - 1) + block.text
        (tmp_path / f"{name_of(page)}.py").write_text(whole, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", ".cache", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False)

    assert done.stdout + done.stderr == ""


def test_readme_opens_with_the_two_commands_and_is_short() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    first, second = lines.index("<!-- command 1 -->"), lines.index("<!-- command 2 -->")

    assert len(lines) <= 120
    assert lines[first + 1 : first + 4] == ["```sh", "pip install '.[all]' && cimbus demo", "```"]
    assert lines[second + 1 : second + 4] == ["```sh", "pip install -e '.[dev]' && python tests/run.py", "```"]
    assert not any(line.startswith("## ") for line in lines[:second])


def test_readme_shows_the_quick_start() -> None:
    """All of its code, without the docstring and some empty lines."""
    example = (ROOT / "examples" / "01_quickstart.py").read_text(encoding="utf-8")
    (shown,) = (block.text for block in blocks(README) if block.info == "oms.py")

    assert [line for line in example.splitlines() if line][1:] == [line for line in shown.splitlines() if line]
