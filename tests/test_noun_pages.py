"""The pages of docs/nouns are what the declarations say now."""

from __future__ import annotations

from noun_pages import FOLDER, pages


def test_the_pages_of_nouns_are_current() -> None:
    made = dict(pages())

    found = {page.name: page.read_text(encoding="utf-8") for page in FOLDER.glob("*.md")}

    assert sorted(found) == sorted(made)
    assert [name for name, text in made.items() if found[name] != text] == [], "cd tests && python -m noun_pages"
