"""``cimbus decode``: messages and bare nouns in the other format, and what was tolerated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast

import click
import msgspec
import orjson

from cimbus.errors import CimbusError
from cimbus.interface.codecs import decode_header, encode
from cimbus.interface.codecs.api import Format
from cimbus.interface.codecs.dialect import find_dialect
from cimbus.interface.envelope import MessageType
from cimbus.interface.message import Message

from . import exits
from .completing import complete_verb
from .decoded import DecodeOptions, Document, documents_of
from .options import json_option, zone_named
from .output import document, fail, interactive, line, record, remark, tracked
from .reading import because, format_of, read_bytes
from .summary import Summary


@click.command("decode")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path())
@click.option("--to", type=click.Choice(["json", "xml"]), help="What to write; by default the other format.")
@click.option("--strict", is_flag=True, help="Refuse what the Edition 1 schema refuses.")
@click.option("--conformance", is_flag=True, help="Refuse what the standard's own rules refuse, too.")
@click.option("--header", "header_only", is_flag=True, help="Read and show the header alone.")
@click.option(
    "--out-dir", type=click.Path(file_okay=False, path_type=Path), help="Write a file for each message there."
)
@click.option("--summary", is_flag=True, help="Write how many messages there are, and how often each note is.")
@click.option("--max-bytes", type=click.IntRange(1), help="Accept files of so many octets; other limits grow with it.")
@click.option("--zone", metavar="NAME", help="The zone of times that have none, such as Europe/Berlin.")
@click.option("--dialect", default="", metavar="NAME", help="Write XML as a peer wants it, such as draft-2008.")
@click.option(
    "--verb",
    default="",
    metavar="WORD",
    shell_complete=complete_verb,
    help="Put bare nouns into messages with this verb.",
)
@click.option("--source", default=None, metavar="NAME", help="Header.Source of those messages.")
@json_option
def decode_command(
    *,
    files: tuple[str, ...],
    to: Literal["json", "xml"] | None,
    strict: bool,
    conformance: bool,
    header_only: bool,
    out_dir: Path | None,
    summary: bool,
    max_bytes: int | None,
    zone: str | None,
    dialect: str,
    verb: str,
    source: str | None,
    as_json: bool,
) -> int:
    """Read messages (XML or JSON, any dialect; without FILE from stdin, as -) and write them as the standard wants.

    A file may hold several messages: SOAP bodies, wrappers, arrays, JSON Lines, documents one after the other. JSON is
    written a message a line. What was tolerated goes to stderr, a line each: path: text. With --json, a JSON object a
    message: file, message, notes.
    """
    options = DecodeOptions.of(
        strict="conformance" if conformance else strict,
        max_bytes=max_bytes,
        zone=zone_named(zone),
        verb=verb,
        source=source,
    )
    if dialect:
        _ = find_dialect(dialect)
    if out_dir is not None:
        out_dir.mkdir(parents=True, exist_ok=True)
    names, count = files or ("-",), Summary()
    output = Output(to=to, dialect=dialect, folder=out_dir, as_json=as_json, several=len(names) > 1)
    for name in tracked(names, "decoding"):
        try:
            data = read_bytes(name)
            if header_only:
                _show_header(data, as_json=as_json)
                continue
            found = documents_of(name, data, options)
            count.add(found)
            if not summary:
                output.write(name, data, found)
        except (CimbusError, OSError) as error:
            fail(because(name, error))
            count.failed += 1
    if summary:
        count.show(as_json=as_json)
    return exits.FAILED if count.failed else exits.OK


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """How documents are written: to stdout, or each into a file of a folder.

    Attributes:
        to: the format; None: the other one than a file's.
        dialect: of XML; empty: that of the standard.
        folder: None: stdout.
        as_json: as a JSON object with the notes.
        several: there are several files.
    """

    to: Format | None
    dialect: str
    folder: Path | None
    as_json: bool
    several: bool

    def write(self, name: str, data: bytes, found: Sequence[Document]) -> None:
        """Write the documents of a file, whose octets say which its format is."""
        form: Format = self.to or ("xml" if format_of(data) == "json" else "json")
        for each in found:
            if self.as_json:
                _record(each)
            elif self.folder is not None:
                _save(self.folder, each, form, self.dialect, numbered=len(found) > 1)
            else:
                document(each.written(form, self.dialect), form)
                _remark(each, name if self.several or len(found) > 1 else "")


def _record(each: Document) -> None:
    notes = [{"path": note.path, "text": note.text, "line": note.line} for note in each.notes]
    written = orjson.Fragment(each.written("json"))
    record({"file": each.file, "message" if each.message is not None else "noun": written, "notes": notes})


def _save(folder: Path, each: Document, form: Format, dialect: str, *, numbered: bool) -> None:
    stem = "stdin" if each.file == "-" else Path(each.file).name.partition(".")[0]
    file = folder / f"{stem}{f'-{each.number}' if numbered else ''}.{form}"
    _ = file.write_bytes(each.written(form, dialect))
    line(str(file))
    _remark(each, each.file)


def _remark(each: Document, name: str) -> None:
    """Write what was tolerated: of which file, where there are several."""
    if each.message is None:
        remark(f"{name or each.file}: a bare noun without an envelope", "yellow")
    for note in each.notes:
        remark(f"{name}: {note}" if name else note, "yellow")


def _show_header(data: bytes, *, as_json: bool) -> None:
    header = decode_header(data)
    written = encode(Message[None](header, message_type=MessageType.message), "json", strict=False)
    tree = cast("dict[str, dict[str, dict[str, object]]]", orjson.loads(written))["Message"]["Header"]
    if as_json or not interactive():
        record(tree)
        return
    for word, value in tree.items():
        line(f"{word}: {value}")
