"""``cimbus decode``: a message in the other format, and what was forgiven."""

from __future__ import annotations

from typing import Any, Literal

import click
import orjson

from cimbus.codecs import decode_header, encode
from cimbus.codecs.api import Format
from cimbus.envelope import Root
from cimbus.errors import CimbusError
from cimbus.message import Message

from . import exits
from .options import json_option
from .output import document, fail, interactive, line, record, remark
from .reading import because, format_of, read_bytes, read_message


@click.command("decode")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--to", type=click.Choice(["json", "xml"]), help="What to write; by default the other format.")
@click.option("--strict", is_flag=True, help="Refuse what the Edition 1 schema refuses.")
@click.option("--header", "header_only", is_flag=True, help="Read and show the header alone.")
@json_option
def decode_command(
    *,
    files: tuple[str, ...],
    to: Literal["json", "xml"] | None,
    strict: bool,
    header_only: bool,
    as_json: bool,
) -> int:
    """Read messages (XML or JSON, any dialect; - is stdin) and write them again as the standard wants them.

    What was forgiven goes to stderr, a line each: path: text. With --json, a JSON object a file: file, message, notes.
    """
    code = exits.OK
    for name in files:
        try:
            data = read_bytes(name)
            if header_only:
                _show_header(data, as_json=as_json)
                continue
            message = read_message(data, strict=strict)
            if as_json:
                _record(name, message)
            else:
                _show(message, to or ("xml" if format_of(data) == "json" else "json"), name if len(files) > 1 else "")
        except (CimbusError, OSError) as error:
            fail(because(name, error))
            code = exits.FAILED
    return code


def _record(name: str, message: Message[Any]) -> None:
    notes = [{"path": note.path, "text": note.text} for note in message.notes]
    record({"file": name, "message": orjson.Fragment(encode(message, "json")), "notes": notes})


def _show(message: Message[Any], to: Format, name: str) -> None:
    """Write a message, and what was forgiven: of which file, where there are several."""
    document(encode(message, to), to)
    for note in message.notes:
        remark(f"{name}: {note}" if name else note, "yellow")


def _show_header(data: bytes, *, as_json: bool) -> None:
    header = decode_header(data)
    tree = orjson.loads(encode(Message[Any](header, root=Root.message), "json"))["Message"]["Header"]
    if as_json or not interactive():
        record(tree)
        return
    for word, value in tree.items():
        line(f"{word}: {value}")
