"""``cimbus readings``: what meters measured, as CSV, JSON Lines or Parquet."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import BinaryIO

import click

from cimbus.errors import CimbusError, UsageError
from cimbus.interface.codecs import Limits
from cimbus.readings import ReadingRow, files_of, rows, write_rows
from cimbus.readings.files import FileFormat

from . import exits
from .decoded import DecodeOptions
from .options import zone_named
from .output import fail, remark, tracked
from .reading import because


@click.command("readings")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(["csv", "jsonl", "parquet"]), default="csv", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file, not to stdout.")
@click.option("--zone", metavar="NAME", help="The zone of times that have none, such as Europe/Berlin.")
@click.option("--in-zone", metavar="NAME", help="Write times in this zone; by default as they are.")
@click.option("--max-bytes", type=click.IntRange(1), help="Accept JSON of so many octets; XML may have any size.")
def readings_command(
    *,
    files: tuple[Path, ...],
    form: FileFormat,
    output: Path | None,
    zone: str | None,
    in_zone: str | None,
    max_bytes: int | None,
) -> int:
    """Write the readings of files as a table, one reading a row; units and multipliers are applied.

    A FILE may be a folder: its .xml, .json, .jsonl and .gz files are read. XML of any size is read piece by piece. A
    file that cannot be read, or has no readings, is reported on stderr; the others are written, and the exit code is 1.
    """
    if form == "parquet" and output is None:
        raise UsageError("parquet is written to a file: give -o FILE")
    limits = DecodeOptions.of(strict=False, max_bytes=max_bytes, zone=None, verb="", source=None).limits
    reader = _Reader(files, zone, limits)
    with _opened(output) as out:
        count = write_rows(reader.rows(), out, form, zone=zone_named(in_zone))
    if output is not None:
        remark(f"{count} readings in {output}", "green")
    return exits.FAILED if reader.failed else exits.OK


class _Reader:
    """Reads files one after the other, and reports those that fail."""

    def __init__(self, files: tuple[Path, ...], zone: str | None, limits: Limits) -> None:
        self._files = [file for each in files for file in files_of(each)]
        self._zone = zone_named(zone)
        self._limits = limits
        self.failed = 0

    def rows(self) -> Iterator[ReadingRow]:
        """Yield the readings of all files."""
        for file in tracked(self._files, "reading"):
            try:
                yield from rows(file, assume=self._zone, limits=self._limits)
            except (CimbusError, OSError) as error:
                fail(because(str(file), error))
                self.failed += 1


@contextlib.contextmanager
def _opened(output: Path | None) -> Generator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with output.open("wb") as out:
        yield out
