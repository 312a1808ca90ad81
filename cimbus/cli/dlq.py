"""``cimbus dlq``: dead letters, listed, shown, edited, written to files, and removed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO

import click

from cimbus.application.dead_letters import DeadLetter
from cimbus.errors import DecodeError
from cimbus.interface.codecs import decode
from cimbus.middleware.private_file import FILE_MODE, FOLDER_MODE

from . import exits, running
from .audit import audit_option, trail_of, write_letter
from .dlq_replay import replay
from .letters import STORE, exists, filter_of, filters, found, narrows, record_of, row, show_letter
from .options import backend_option, bus_option, json_option, letters_of
from .output import line, raw, record, remark, table, tracked
from .reading import format_of


@click.group("dlq")
def dlq() -> None:
    """Dead letters: list them, show one, have it handled again.

    The store is --store, else the one that belongs to the bus: $CIMBUS_DEAD_LETTERS, a file beside an SQLite bus, or
    one in the user's state folder. With --bus, only the letters of that bus are meant.
    """


dlq.add_command(replay)


@dlq.command("list")
@filters
@bus_option
@STORE
@json_option
@backend_option
def list_letters(*, bus: str | None, store: str | None, as_json: bool, backend: str, **wanted: str | None) -> int:
    """List dead letters, oldest first."""
    letters, chosen = letters_of(bus, store), filter_of(bus, **wanted)

    async def work() -> int:
        kept, _ = await found(letters, (), chosen)
        if as_json:
            for letter in kept:
                record(record_of(letter))
        elif kept:
            columns = ("id", "time", "consumer", "topic", "attempts", "reason")
            table(columns, [row(letter) for letter in kept])
        else:
            remark(f"no dead letters in {letters.path}")
        return exits.OK

    return running.run(work, backend)


@dlq.command("show")
@click.argument("number", metavar="ID", type=int)
@click.option("--raw", "raw_", is_flag=True, help="The body alone, byte for byte.")
@click.option("--original", is_flag=True, help="The body as it was delivered, byte for byte, if it was edited since.")
@bus_option
@STORE
@json_option
@backend_option
def show(
    *, number: int, raw_: bool, original: bool, bus: str | None, store: str | None, as_json: bool, backend: str
) -> int:
    """Show one dead letter with its errors and its body."""
    letters = letters_of(bus, store)

    async def work() -> int:
        kept, missing = await found(letters, (number,), filter_of(bus))
        for letter in kept:
            if original:
                raw(letter.frame.body if letter.original is None else letter.original, end=b"")
            elif raw_:
                raw(letter.frame.body, end=b"")
            elif as_json:
                record(record_of(letter) | {"body": letter.frame.body.decode("utf-8", "backslashreplace")})
            else:
                show_letter(letter)
        return exits.FAILED if missing else exits.OK

    return running.run(work, backend)


@dlq.command("edit")
@click.argument("number", metavar="ID", type=int)
@click.argument("file", type=click.File("rb"), required=False)
@audit_option
@bus_option
@STORE
@json_option
@backend_option
def edit(
    *,
    number: int,
    file: IO[bytes] | None,
    audit: str | None,
    bus: str | None,
    store: str | None,
    as_json: bool,
    backend: str,
) -> int:
    """Give a dead letter the body in FILE (- for standard input), or the one that you write in $EDITOR.

    The body that was delivered is kept beside it.
    """
    letters, trail = letters_of(bus, store), trail_of(audit)

    async def work() -> int:
        kept, missing = await found(letters, (number,), filter_of(bus))
        for letter in kept:
            body = file.read() if file is not None else _edited(letter.frame.body)
            if body is None:
                remark("nothing was changed")
                continue
            try:
                decode(body)
            except DecodeError as error:
                remark(f"the new body is no message: {error}", "red")
            await letters.edit(letter.id, body)
            write_letter(trail, "edited", letter, edited_sha256=hashlib.sha256(body).hexdigest())
            if as_json:
                record({"id": letter.id, "size": len(body)})
            else:
                line(f"{letter.id} has a new body of {len(body)} octets")
        return exits.FAILED if missing else exits.OK

    return running.run(work, backend)


def _edited(body: bytes) -> bytes | None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise click.UsageError("the body is not UTF-8 text: give the new one as a file") from None
    written = click.edit(text, extension=f".{format_of(body)}")
    return None if written is None or written == text else written.encode()


@dlq.command("drop")
@click.argument("numbers", metavar="ID...", type=int, nargs=-1, required=True)
@audit_option
@bus_option
@STORE
@json_option
@backend_option
def drop(
    *,
    numbers: tuple[int, ...],
    audit: str | None,
    bus: str | None,
    store: str | None,
    as_json: bool,
    backend: str,
) -> int:
    """Remove dead letters for good."""
    letters, trail = letters_of(bus, store), trail_of(audit)

    async def work() -> int:
        kept, missing = await found(letters, numbers, filter_of(bus))
        for letter in kept:
            await letters.remove(letter.id)
            write_letter(trail, "removed", letter)
            if as_json:
                record({"id": letter.id, "result": "removed"})
            else:
                line(f"{letter.id} removed")
        return exits.FAILED if missing else exits.OK

    return running.run(work, backend)


@dlq.command("purge")
@filters
@click.option("--all", "all_", is_flag=True, help="All letters, or with --bus all of that bus.")
@audit_option
@bus_option
@STORE
@json_option
@backend_option
def purge(
    *,
    all_: bool,
    audit: str | None,
    bus: str | None,
    store: str | None,
    as_json: bool,
    backend: str,
    **wanted: str | None,
) -> int:
    """Remove for good the dead letters that fit the options."""
    letters, chosen, trail = letters_of(bus, store), filter_of(bus, **wanted), trail_of(audit)
    if all_ == narrows(chosen):
        raise click.UsageError("say which letters, such as --older-than 30d, or --all")

    async def work() -> int:
        gone = await letters.letters(chosen) if trail is not None and exists(letters) else []
        count = await letters.purge(chosen) if exists(letters) else 0
        for letter in gone:
            write_letter(trail, "removed", letter)
        if as_json:
            record({"removed": count})
        else:
            line(f"{count} removed")
        return exits.OK

    return running.run(work, backend)


@dlq.command("export")
@click.argument("numbers", metavar="[ID]...", type=int, nargs=-1)
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@filters
@bus_option
@STORE
@json_option
@backend_option
def export(
    *,
    numbers: tuple[int, ...],
    folder: Path,
    bus: str | None,
    store: str | None,
    as_json: bool,
    backend: str,
    **wanted: str | None,
) -> int:
    """Write dead letters into FOLDER, which is made: the body of each as ID.xml or ID.json."""
    letters, chosen = letters_of(bus, store), filter_of(bus, **wanted)

    async def work() -> int:
        kept, missing = await found(letters, numbers, chosen)
        for letter in tracked(kept, "exporting"):
            file = _write(folder, letter)
            if as_json:
                record(record_of(letter) | {"file": str(file)})
            else:
                line(file)
        return exits.FAILED if missing else exits.OK

    return running.run(work, backend)


def _write(folder: Path, letter: DeadLetter) -> Path:
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    file = folder / f"{letter.id}.{format_of(letter.frame.body)}"
    file.touch(mode=FILE_MODE)
    file.write_bytes(letter.frame.body)
    return file
