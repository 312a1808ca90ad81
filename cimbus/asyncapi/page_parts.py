"""Pieces of HTML; each escapes the texts that it is given, unless they are said to be HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any


def escape(text: object) -> str:
    """Return a text as HTML.

    >>> escape('a < "b"')
    'a &lt; &quot;b&quot;'
    """
    return html.escape(str(text))


def tag(name: str, text: object) -> str:
    """Return a text within an element.

    >>> tag("em", "<")
    '<em>&lt;</em>'
    """
    return f"<{name}>{escape(text)}</{name}>"


def code(text: object) -> str:
    """Return a text as code.

    >>> code("{key}")
    '<code>{key}</code>'
    """
    return tag("code", text)


def name_of(reference: dict[str, str]) -> str:
    """Return the last part of a reference.

    >>> name_of({"$ref": "#/channels/events.MeterReadings"})
    'events.MeterReadings'
    """
    return reference["$ref"].rpartition("/")[2]


def link(kind: str, name: str) -> str:
    """Return a link to a section of the page (``anchored``).

    >>> link("schema", "Name")
    '<a href="#schema-Name">Name</a>'
    """
    return f'<a href="#{escape(kind)}-{escape(name)}">{escape(name)}</a>'


def anchored(kind: str, name: str, heading: str, content: str) -> str:
    """Return a section that links lead to; heading and content are HTML.

    >>> anchored("schema", "Name", "Name", "<p>...</p>")
    '<section id="schema-Name"><h3>Name</h3><p>...</p></section>'
    """
    return f'<section id="{escape(kind)}-{escape(name)}"><h3>{heading}</h3>{content}</section>'


def definition_rows(rows: Iterable[tuple[str, str]]) -> str:
    """Return a table of names and values; the values are HTML.

    >>> definition_rows([("a", "<b>1</b>")])
    '<table><tr><th>a</th><td><b>1</b></td></tr></table>'
    """
    lines = [f"<tr><th>{escape(name)}</th><td>{value}</td></tr>" for name, value in rows]
    return f"<table>{''.join(lines)}</table>"


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table; the cells are HTML.

    >>> table(["a"], [["1"]])
    '<table><thead><tr><th>a</th></tr></thead><tr><td>1</td></tr></table>'
    """
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    lines = [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows]
    return f"<table><thead><tr>{head}</tr></thead>{''.join(lines)}</table>"
