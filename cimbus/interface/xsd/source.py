"""A description as Python source, in the style in which the nouns of this library are declared.

The same description gives the same text, so that a module that is generated again differs only where its schema does.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from .description import ClassDescription, Description, EnumDescription, NounDescription
from .fields import Fields, quoted
from .python_names import member_names

WIDTH: Final = 120
"""Columns of a line, as in this project."""
_MODEL: Final = (
    *("AtLeastOne", "Attribute", "AttributeOf", "Cim", "CimEnum", "Date", "DateTime", "Duration", "Float"),
    *("ModelReference", "Text", "TextOf", "Time", "choice", "facets", "noun", "simple_type"),
)


def python_source(description: Description, *, title: str = "") -> str:
    """Return the source of a module that declares and registers what was read.

    Args:
        description: what was read.
        title: the first line of the module's docstring.

    >>> from .description import Member
    >>> name = ClassDescription(name="Name", members=(Member(name="name", kind="string"),))
    >>> print(python_source(Description(classes=(name,))).partition("class ")[2])
    Name(Cim):
        \"\"\"The type Name of the schema.\"\"\"
    <BLANKLINE>
        name: str
    <BLANKLINE>
    """
    blocks = list(_blocks(description))
    body = "\n\n\n".join(blocks)
    head = _head(description, title, body)
    return f"{head}\n\n\n{body}\n"


def _blocks(description: Description) -> Iterator[str]:
    aliased = _aliased(description)
    nouns = {noun.cls: noun for noun in description.nouns}
    for enum in description.enums:
        yield _enum(enum) + (f"\n\n\n_{enum.name} = {enum.name}" if enum.name in aliased else "")
    fields = Fields(description)
    for each in _ordered(description, nouns):
        noun = nouns.get(each.name)
        text = _class(each, description, fields, noun)
        yield text + (f"\n\n\n_{each.name} = {each.name}" if each.name in aliased else "")


def _ordered(description: Description, nouns: dict[str, NounDescription]) -> list[ClassDescription]:
    """Return the classes in an order in which each can be made: bases first, nouns last, answers before queries."""
    by_name = {each.name: each for each in description.classes}
    found: dict[str, ClassDescription] = {}

    def add(name: str) -> None:
        each = by_name[name]
        if each.base and each.base not in found:
            add(each.base)
        found.setdefault(name, each)

    for each in description.classes:
        if each.name not in nouns:
            add(each.name)
    for noun in sorted(description.nouns, key=lambda noun: bool(noun.query_of)):
        add(noun.cls)
    return list(found.values())


def _aliased(description: Description) -> set[str]:
    """Return the classes whose name is that of a field of a class that uses them."""
    found: set[str] = set()
    for each in description.classes:
        names = {member.name for member in description.members_of(each.name)}
        found |= {member.type for member in each.members if member.type in names}
    answers = (_answer(noun, description) or "" for noun in description.nouns)
    return found | {answer[1:] for answer in answers if answer.startswith("_")}


def _head(description: Description, title: str, body: str) -> str:
    words = set(_words(body))
    about = [_plain(title) or "Nouns that were generated from schemas; see ``cimbus generate``."]
    if description.warnings:
        about += ["", "Not checked, since classes cannot say it:", ""]
        for each in description.warnings:
            place, _, text = each.partition(": ")  # without folders: they differ from one machine to the next
            about += textwrap.wrap(f"- {place.rpartition('/')[2]}: {text}", WIDTH, subsequent_indent="  ")
    lines = [f'"""{about[0]}"""'] if len(about) == 1 else [f'"""{about[0]}', *about[1:], '"""']
    lines = [lines[0], *map(_plain, lines[1:-1]), lines[-1]] if len(lines) > 1 else lines
    lines += ["", "from __future__ import annotations", ""]
    standard: list[str] = []
    if "Decimal" in words:
        standard.append("from decimal import Decimal")
    typing = [name for name in ("TYPE_CHECKING", "Annotated") if name in words]
    if typing:
        standard.append(f"from typing import {', '.join(typing)}")
    lines += [*standard, ""] if standard else []
    model = [name for name in _MODEL if name in words]
    lines += wrapped("from cimbus.interface.model import ", model, "(", ")") if model else []
    lines += ["from msgspec import Meta"] if "Meta(" in body else []
    exported = sorted([each.name for each in description.classes] + [each.name for each in description.enums])
    return "\n".join([*lines, "", "__all__ = [", *(f'    "{name}",' for name in exported), "]"])


def _words(text: str) -> Iterator[str]:
    word = ""
    for char in text:
        if char.isalnum() or char == "_":
            word += char
        elif word:
            yield word
            word = ""
    if word:
        yield word


def wrapped(start: str, parts: Iterable[str], opening: str, closing: str) -> list[str]:
    """Return a statement on one line, or with one part a line if it is too long.

    >>> wrapped("from x import ", ["a", "b"], "(", ")")
    ['from x import a, b']
    """
    parts = list(parts)
    line = start + ", ".join(parts)
    if len(line) <= WIDTH:
        return [line]
    return [start + opening, *(f"    {part}," for part in parts), closing]


def _plain(line: str) -> str:
    """Return a line of a docstring without what would end it: a schema's texts are not to become Python."""
    return line.replace("\\", "/").replace('"', "'")


def _docstring(text: str, notes: Iterable[str] = ()) -> list[str]:
    lines = [text]
    for note in notes:
        lines += textwrap.wrap(f"Not checked: {note}.", WIDTH - 4)
    safe = [_plain(line) for line in lines]
    if len(safe) == 1:
        return [f'    """{safe[0]}"""']
    return [f'    """{safe[0]}', "", *(f"    {line}" for line in safe[1:]), '    """']


def _enum(enum: EnumDescription) -> str:
    lines = [f"class {enum.name}(CimEnum):", *_docstring(_said(enum.name, enum.reference)), ""]
    for name, value in member_names(enum.values).items():
        line = f"    {name} = {quoted(value)}"
        lines += [line] if len(line) <= WIDTH else [f"    {name} = (", f"        {quoted(value)}", "    )"]
    return "\n".join(lines)


def _said(name: str, reference: str) -> str:
    about = reference.rpartition("#")[2]
    return f"The class {about} of the CIM." if about else f"The type {name} of the schema."


def _class(each: ClassDescription, description: Description, fields: Fields, noun: NounDescription | None) -> str:
    lines = [] if noun is None else _decorator(noun)
    lines += fields.header(each)
    about = _said(each.name, each.reference)
    if noun is not None:
        about = f"The noun {noun.name}." if not noun.query_of else f"The query of {noun.query_of}."
    lines += _docstring(about, each.notes)
    body = [*fields.variables(each), *fields.lines(each)]
    lines += ["", *body] if body else []
    answer = None if noun is None else _answer(noun, description)
    if answer is not None:
        lines += ["", "    if TYPE_CHECKING:", "", f"        def __answer__(self) -> {answer}: ..."]
    return "\n".join(lines)


def _answer(noun: NounDescription, description: Description) -> str | None:
    """Return the class of a query's answer, by an alias where a field of the query has its name."""
    found = next((each.cls for each in description.nouns if each.name == noun.query_of), None)
    if found is None or noun.query_of == "":
        return None
    names = {member.name for member in description.members_of(noun.cls)}
    return f"_{found}" if found in names else found


def _decorator(noun: NounDescription) -> list[str]:
    parts = [quoted(noun.namespace)]
    if noun.name != noun.cls:
        parts.append(f"name={quoted(noun.name)}")
    if noun.query_of:
        parts.append(f"query_of={quoted(noun.query_of)}")
    if noun.items:
        parts.append(f"items={quoted(noun.items)}")
    if noun.about:
        inner = ", ".join(quoted(each) for each in noun.about)
        parts.append(f"about=({inner}{',' if len(noun.about) == 1 else ''})")
    line = f"@noun({', '.join(parts)})"
    return [line] if len(line) <= WIDTH else ["@noun(", *(f"    {part}," for part in parts), ")"]
