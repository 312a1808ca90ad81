"""One name, one meaning; and no word that this field does not use."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

import cimbus

ROOT = Path(__file__).resolve().parent.parent
CODE = [*sorted((ROOT / "cimbus").rglob("*.py")), *sorted((ROOT / "transports").rglob("*.py"))]
PROSE = [
    *CODE,
    *(file for folder in ("tests", "benchmarks", "examples") for file in sorted((ROOT / folder).rglob("*.py"))),
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]

TWICE: dict[str, str] = {}
"""Class names that may stand for two classes, each with its reason. None does."""

MOST_LINES = 300
MOST_ROOMS = 16

UNWANTED = (
    r"nobody|whoever|whomever|in hand|for ever|no say|take[sn]? off|took off|shelf|scribes?|founding|murmur|"
    r"last words|roll call|bury|buried|set aside|sets aside|given back|gives? back|comes? again"
)
"""Words of our own that a reader of this field would not guess; ``CONTRIBUTING.md`` says what to write instead."""


def test_a_class_name_stands_for_one_class() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(str(file.relative_to(ROOT)))

    twice = {name: files for name, files in homes.items() if len(files) > 1}

    assert {name: files for name, files in twice.items() if name not in TWICE} == {}
    assert set(TWICE) <= set(twice)


@pytest.mark.parametrize(
    "file", [file for file in PROSE if file != Path(__file__).resolve()], ids=lambda file: str(file.relative_to(ROOT))
)
def test_no_word_is_ours_alone(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    found = [match[0] for match in re.finditer(rf"\b(?:{UNWANTED})\b", text, re.IGNORECASE)]

    assert found == []


def test_files_are_small() -> None:
    large = {
        str(file.relative_to(ROOT)): lines
        for folder in ("cimbus", "transports", "tests", "benchmarks", "examples")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if (lines := len(file.read_bytes().splitlines())) > MOST_LINES
    }

    assert large == {}


def test_there_are_few_rooms_at_the_top() -> None:
    not_rooms = {"__pycache__", "py.typed"}
    rooms = [path for path in Path(cimbus.__file__).parent.iterdir() if path.name not in not_rooms]

    assert len(rooms) <= MOST_ROOMS
