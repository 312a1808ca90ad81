"""``cimbus validate``: what is wrong in files, against the declarations and the user's own schemas."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from cimbus.errors import CimbusError, DecodeError, StrictError
from cimbus.interface.codecs import encode_noun
from cimbus.interface.decode_note import DecodeNote
from cimbus.interface.element import XmlElement

from . import exits
from .decoded import DecodeOptions, Document, documents_of
from .options import json_option
from .output import fail, line, record, remark, tracked
from .reading import because, format_of, read_bytes
from .schema_path import SchemaPath

_INDEX = re.compile(r"\[\d+\]")


class Problem(msgspec.Struct, frozen=True):
    """A problem as it is shown: the first of its kind in a file, and how many there are."""

    path: str
    text: str
    line: int | None
    count: int
    by: str


@click.command("validate")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--schema-path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with XML schemas that are asked, too.",
)
@click.option("--all", "every", is_flag=True, help="Write each problem; without it, those of one kind are counted.")
@click.option("--max-bytes", type=click.IntRange(1), help="Accept files of so many octets; other limits grow with it.")
@json_option
def validate_command(
    *, files: tuple[str, ...], schema_path: Path | None, every: bool, max_bytes: int | None, as_json: bool
) -> int:
    """Write what is wrong in FILEs (XML or JSON, messages or bare nouns; - is stdin), and fail if anything is.

    Envelopes are checked against the schema of Edition 1, payloads against the declarations of their nouns, and with
    --schema-path against your schemas. A line a problem: file:line: path: text. Problems of one kind that differ in
    their index alone are one line, with their number. A payload whose noun is not registered is named on stderr.
    """
    schemas = None if schema_path is None else SchemaPath(schema_path)
    options = DecodeOptions.of(strict=True, max_bytes=max_bytes, zone=None, verb="", source=None)
    failed = 0
    for name in tracked(files, "validating"):
        try:
            data = read_bytes(name)
            found = [*_declared(name, data, options), *_by_schemas(name, data, schemas)]
        except (CimbusError, OSError) as error:
            fail(because(name, error))
            failed += 1
            continue
        failed += bool(found)
        for each in found if every else _grouped(found):
            _show(name, each, as_json=as_json)
        if not found and not as_json:
            remark(f"{name}: valid")
    return exits.FAILED if failed else exits.OK


def _show(name: str, each: Problem, *, as_json: bool) -> None:
    if as_json:
        record({"file": name, **msgspec.structs.asdict(each)})
        return
    times = f" ({each.count} times)" if each.count > 1 else ""
    line(f"{name}{f':{each.line}' if each.line else ''}: {each.path}: {each.text}{times}")


def _declared(name: str, data: bytes, options: DecodeOptions) -> list[Problem]:
    """Return what strict reading finds; of a file with several messages, in each."""
    lenient = msgspec.structs.replace(options, strict=False)
    try:
        documents = documents_of(name, data, options)
        notes: Iterable[DecodeNote] = ()
    except StrictError as error:
        documents = documents_of(name, data, lenient)
        notes = [each for each in error.problems if isinstance(each, DecodeNote)] or [
            DecodeNote(error.path, error.reason, error.line)
        ]
        if len(documents) > 1:
            notes = [note for each in documents for note in _of_one(each)]
    for each in documents:
        _remark_untyped(name, each)
    return [Problem(each.path, each.text, each.line, 1, "declaration") for each in notes]


def _of_one(document: Document) -> list[DecodeNote]:
    """Return the problems of one message of several: what was noted while it was read, else what it is written with."""
    if document.message is None:
        return list(document.notes)
    found = [*document.message.validate()]
    return [msgspec.structs.replace(each, path=f"[{document.number}] {each.path}") for each in found]


def _remark_untyped(name: str, document: Document) -> None:
    items = [document.noun] if document.message is None else document.message.payload_area.items
    for item in items:
        if isinstance(item, XmlElement):
            remark(f"{name}: {item.name} is not checked: no class of it is registered, or none fits", "yellow")


def _by_schemas(name: str, data: bytes, schemas: SchemaPath | None) -> list[Problem]:
    if schemas is None:
        return []
    if format_of(data) == "json":
        documents = documents_of(
            name, data, DecodeOptions.of(strict=False, max_bytes=None, zone=None, verb="", source=None)
        )
        parts = [
            encode_noun(item, strict=False)
            for each in documents
            for item in ([each.noun] if each.message is None else each.message.payload_area.items)
            if item is not None
        ]
    else:
        parts = [data]
    found: list[Problem] = []
    count = 0
    for part in parts:
        try:
            notes, known = schemas.problems_of(part)
        except DecodeError as error:  # several documents in one file: the declarations alone are asked
            remark(f"{name}: the schemas were not asked: {error}", "yellow")
            continue
        count += known
        where = part is data  # a document that was made of JSON has other lines
        found += [Problem(each.path, each.text, each.line if where else None, 1, "schema") for each in notes]
    if not count:
        remark(f"{name}: no schema knows an element of it", "yellow")
    return found


def _grouped(problems: Iterable[Problem]) -> list[Problem]:
    """Return one problem for all that differ in their index alone."""
    groups: dict[tuple[str, str, str], Problem] = {}
    for each in problems:
        key = _INDEX.sub("", each.path), each.text, each.by
        first = groups.get(key)
        groups[key] = each if first is None else msgspec.structs.replace(first, count=first.count + 1)
    return list(groups.values())
