"""``cimbus outbox``: what waits in an outbox, sent now or written to files."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import anyio
import click

from cimbus.application.bus import Bus
from cimbus.middleware.outbox import Outbox
from cimbus.middleware.private_file import FILE_MODE, FOLDER_MODE

from . import exits, running
from .options import backend_option, bus_option, json_option, shared_bus
from .output import fail, line, record, shown
from .output import waiting as waiting_for
from .reading import format_of

_FILE = click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False))


@click.group("outbox")
def outbox() -> None:
    """Look at an outbox, the FILE of Bus(outbox=FILE): what was published and not sent yet."""


@outbox.command("status")
@_FILE
@json_option
@backend_option
def status(*, file: str, as_json: bool, backend: str) -> int:
    """Print how many messages wait, their octets, and the age of the oldest."""

    async def work() -> int:
        async with Outbox(file).read_only() as waiting:
            count, octets, oldest = await waiting.backlog(), await waiting.bytes(), await waiting.oldest()
        age = None if oldest is None else (datetime.now(UTC) - oldest).total_seconds()
        if as_json:
            told = None if oldest is None else oldest.isoformat()
            record({"file": file, "messages": count, "bytes": octets, "oldest": told, "age": age})
        else:
            line(f"{count} messages, {octets} octets" + ("" if age is None else f", the oldest for {age:.0f} s"))
        return exits.OK

    return running.run(work, backend)


@outbox.command("flush")
@_FILE
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="S",
    help="Stop after so many seconds; what is left stays in the file.",
)
@bus_option
@json_option
@backend_option
def flush(*, file: str, timeout: float, bus: str | None, as_json: bool, backend: str) -> int:
    """Send what waits to the bus, in order, and wait for that."""
    url = shared_bus(bus)

    async def work() -> int:
        async with AsyncExitStack() as stack:
            opened = await stack.enter_async_context(Bus(url, outbox=file))
            waiting = opened.outbox
            with anyio.move_on_after(timeout), waiting_for(f"sending what waits to {shown(url)}"):
                await waiting.flush()
            left, sent, rejected = await waiting.backlog(), waiting.forwarded, waiting.rejected
        if as_json:
            record({"sent": sent, "rejected": rejected, "left": left})
        else:
            line(f"{sent} sent to {shown(url)}, {rejected} refused, {left} left")
        if rejected:
            fail("what was refused is among the dead letters of the bus, consumer outbox")
        return exits.FAILED if left or rejected else exits.OK

    return running.run(work, backend)


@outbox.command("export")
@_FILE
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@json_option
@backend_option
def export(*, file: str, folder: Path, as_json: bool, backend: str) -> int:
    """Write the messages that wait into FOLDER, which is made, in their order; they stay in the outbox."""

    async def work() -> int:
        async with Outbox(file).read_only() as waiting:
            last = 0
            while batch := await waiting.frames(last):
                for last, frame in batch:  # it is where the next ones begin
                    target = _write(folder, last, frame.body)
                    if as_json:
                        record({"id": last, "topic": str(frame.topic), "file": str(target)})
                    else:
                        line(target)
        return exits.OK

    return running.run(work, backend)


def _write(folder: Path, number: int, body: bytes) -> Path:
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    target = folder / f"{number:08d}.{format_of(body)}"
    target.touch(mode=FILE_MODE)
    target.write_bytes(body)
    return target
