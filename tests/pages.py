"""README and the pages of docs/ as tests read them: blocks of code, tables and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
PROSE = [*PAGES, ROOT / ".github" / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "SECURITY.md"]
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    language: str
    info: str
    text: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        yield Block(found[1], found[2].strip(), found[3], text.count("\n", 0, found.start()) + 2)


def name_of(page: Path) -> str:
    return page.stem.replace("-", "_") + ("_of_docs" if page.parent != ROOT else "")


def tables(page: Path) -> dict[str, list[list[str]]]:
    """Return the rows of the first table below each heading, without its own heading and without backquotes."""
    found: dict[str, list[list[str]]] = {}
    heading, last = "", ""
    for line in page.read_text(encoding="utf-8").replace("`", "").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("|") and (heading not in found or last.startswith("|")):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            found.setdefault(heading, []).append([cell.strip() for cell in cells])
            last = line
            continue
        last = "" if line.startswith("#") or heading not in found else "closed"
    return {heading: rows[2:] for heading, rows in found.items()}


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", BLOCK.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
