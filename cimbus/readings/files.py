"""Readings as files: CSV, JSON Lines, Parquet.

Rows are written as they come, so that memory does not grow with their number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO, Final, Literal

from .row import COLUMNS, ReadingRow
from .table import ReadingTable, extra

FileFormat = Literal["csv", "jsonl", "parquet"]

GROUP: Final = 100_000
"""Rows of a row group of Parquet: some megabytes, and large enough for its readers."""
_PLAIN: Final = 40
"""Digits up to which a value is written without an exponent."""


def write_rows(readings: Iterable[ReadingRow], out: BinaryIO, form: FileFormat, *, zone: tzinfo | None = None) -> int:
    r"""Write rows to a file that is open for writing octets; return how many.

    Values are exact in CSV and JSON Lines (in JSON as texts), and ``float64`` in Parquet.

    Args:
        readings: the rows.
        out: where to write.
        form: ``csv`` (with a line of names), ``jsonl`` (an object a line, without what is empty), or ``parquet``.
        zone: the zone that times are written in; by default as they are.

    Raises:
        MissingExtraError: pyarrow is not installed, and ``parquet`` needs it.

    >>> out = io.BytesIO()
    >>> write_rows([ReadingRow(meter="m-1", value=Decimal("1.5E+3"), unit="Wh")], out, "jsonl")
    1
    >>> out.getvalue()
    b'{"meter":"m-1","kind":"register","value":"1500","unit":"Wh"}\n'
    """
    if form == "parquet":
        return _parquet(readings, out, zone)
    lines = _csv_lines(readings, zone) if form == "csv" else _json_lines(readings, zone)
    count = 0
    for line in lines:
        out.write(line)
        count += 1
    return count - (form == "csv")


def plain(value: Decimal) -> str:
    """Return a number without an exponent, if that is not long.

    >>> plain(Decimal("1.5E+3")), plain(Decimal("1E+100"))
    ('1500', '1E+100')
    """
    return f"{value:f}" if value.is_finite() and abs(value.adjusted()) <= _PLAIN else str(value)


def _cells(row: ReadingRow, zone: tzinfo | None) -> list[str]:
    return [_text(getattr(row, name), zone) for name in COLUMNS]


def _text(cell: str | datetime | Decimal | None, zone: tzinfo | None) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return plain(cell)
    if isinstance(cell, datetime):
        return (cell if zone is None else cell.astimezone(zone)).isoformat()
    return cell


def _csv_lines(readings: Iterable[ReadingRow], zone: tzinfo | None) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    yield _taken(text)
    for row in readings:
        writer.writerow(_cells(row, zone))
        yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    line = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return line


def _json_lines(readings: Iterable[ReadingRow], zone: tzinfo | None) -> Iterator[bytes]:
    import msgspec

    encoder = msgspec.json.Encoder()
    for row in readings:
        cells = zip(COLUMNS, _cells(row, zone), strict=True)
        yield encoder.encode({name: cell for name, cell in cells if cell}) + b"\n"


def _parquet(readings: Iterable[ReadingRow], out: BinaryIO, zone: tzinfo | None) -> int:
    parquet: Any = extra("pyarrow.parquet", "arrow")
    left, count, writer = iter(readings), 0, None
    try:
        while True:
            table = ReadingTable().add_rows(islice(left, GROUP))
            if not len(table) and writer is not None:
                return count
            arrow = table.to_arrow(zone=zone)
            if writer is None:
                writer = parquet.ParquetWriter(out, arrow.schema)
            writer.write_table(arrow)
            count += len(table)
            if len(table) < GROUP:
                return count
    finally:
        if writer is not None:
            writer.close()
