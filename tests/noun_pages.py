"""The pages of docs/nouns: made of the declarations of the nouns.

``cd tests && python -m noun_pages`` writes them; a test holds that they are current.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cimbus.interface.model import Noun, all_nouns
from cimbus.interface.schemas import markdown_page

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "nouns"


def built_in() -> list[Noun]:
    """Return the nouns of the library, without those that tests declare."""
    return [entry for entry in all_nouns() if entry.cls.__module__.startswith("cimbus.nouns.")]


def pages() -> Iterator[tuple[str, str]]:
    """Iterate over (name of the file, text): a page for each noun, named as its class, and the list of all."""
    for entry in built_in():
        yield f"{entry.cls.__name__}.md", markdown_page(entry)
    rows = [
        f"| [{entry.name}]({entry.cls.__name__}.md) | `{entry.namespace}` | {entry.source} |" for entry in built_in()
    ]
    head = "After reading this page you know which nouns are built in, and find the page on each. "
    text = f"{head}*made from* is explained in\n[Nouns of your own](../own-nouns.md#what-is-built-in).\n"
    table = "\n".join(["| noun | namespace | made from |", "|---|---|---|", *rows])
    yield "README.md", f"# Nouns\n\n{text}\n{table}\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages():
        (FOLDER / name).write_text(text, encoding="utf-8")
