"""The native codec's sources: unsafe code in one module, small files, the version of cimbus."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
NATIVE = ROOT / "native"
UNSAFE_BLOCKS = 11
"""Calls of the interpreter below PyO3, each with the reason why it is sound (``// SAFETY``)."""
MOST_LINES = 300

pytestmark = pytest.mark.skipif(not NATIVE.is_dir(), reason="the tests run on the wheel, which has no sources")


def sources() -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted((NATIVE / "src").rglob("*.rs"))}


def code_of(text: str) -> str:
    return re.sub(r"//.*", "", text)


def test_unsafe_code_is_at_the_border_only() -> None:
    found = {name: len(re.findall(r"\bunsafe\b", code_of(text))) for name, text in sources().items()}

    assert {name: count for name, count in found.items() if count} == {"border.rs": UNSAFE_BLOCKS}
    assert sources()["border.rs"].count("// SAFETY: ") == UNSAFE_BLOCKS


def test_files_are_small() -> None:
    assert {name: text.count("\n") for name, text in sources().items() if text.count("\n") > MOST_LINES} == {}


def test_the_versions_are_one() -> None:
    def read(file: Path, table: str) -> str:
        return str(tomllib.loads(file.read_text(encoding="utf-8"))[table]["version"])

    assert read(NATIVE / "Cargo.toml", "package") == read(ROOT / "pyproject.toml", "project")
    assert read(NATIVE / "pyproject.toml", "project") == read(ROOT / "pyproject.toml", "project")
