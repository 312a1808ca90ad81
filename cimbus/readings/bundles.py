"""Back from rows and frames to messages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby, islice
from typing import Any, Final, Unpack, cast

from cimbus.codes import ReadingTypeCode
from cimbus.interface.header_fields import HeaderFields
from cimbus.interface.message import Message
from cimbus.nouns import (
    DateTimeInterval,
    IdentifiedObject,
    IntervalBlock,
    IntervalReading,
    Meter,
    MeterReading,
    MeterReadings,
    Reading,
    ReadingQuality,
    ReadingReasonKind,
    Reference,
)

from .row import COLUMNS, TIMES, ReadingRow

READINGS: Final = 5000
"""Readings in a message by default: about 1 MB of XML, which every broker takes with its default limits."""


def to_messages(
    readings: Iterable[ReadingRow], *, size: int = READINGS, verb: str = "created", **header: Unpack[HeaderFields]
) -> Iterator[Message[MeterReadings]]:
    """Yield messages with the readings of rows, in their order.

    Rows of one meter that follow one another become one ``MeterReading``; interval rows of one reading type among them
    one ``IntervalBlock``. Multipliers are taken out of the values again, exactly.

    Args:
        readings: rows, such as those of ``rows``.
        size: readings in a message.
        verb: of the messages.
        header: other fields of the header, such as ``source="MDM"``.

    Raises:
        ValueError: ``size`` is less than 1.

    >>> kwh = "0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"
    >>> values = [ReadingRow(meter="m-1", reading_type=kwh, value=Decimal(value)) for value in (1000, 2500)]
    >>> (message,) = to_messages(values, source="MDM")
    >>> [str(reading.value) for reading in message.payload.MeterReading[0].Readings]
    ['1.000', '2.500']
    """
    if size < 1:
        raise ValueError(f"size={size}: a message has at least one reading")
    left = iter(readings)
    while bundle := list(islice(left, size)):
        groups = groupby(bundle, key=lambda row: (row.meter, row.usage_point))
        payload = MeterReadings(MeterReading=[_meter(*whose, list(of)) for whose, of in groups])
        yield Message.of(payload, verb=verb, **header)


def from_frame(frame: Any) -> Iterator[ReadingRow]:
    """Yield the rows of a pandas frame, an Arrow table, or a mapping of columns such as ``to_columns`` returns.

    Columns have the names of ``ReadingRow``; others are ignored, and those that are missing are empty. For messages:
    ``to_messages(from_frame(frame), size=1000)``.

    Raises:
        ValueError: a time has no zone, or there is none of the columns.

    >>> [row.value for row in from_frame({"meter": ["m-1", "m-2"], "value": [1.5, None]})]
    [Decimal('1.5'), None]
    """
    names = [name for name in COLUMNS if name in getattr(frame, "column_names", frame)]
    if not names:
        raise ValueError(f"the frame has none of the columns of readings: {', '.join(COLUMNS)}")
    utc = not hasattr(frame, "itertuples") and not hasattr(frame, "column_names")
    lists = [_cells(frame[name], numpy_time=utc and name in TIMES) for name in names]
    for cells in zip(*lists, strict=True):
        plain = {name: _cell(name, cell) for name, cell in zip(names, cells, strict=True)}
        yield ReadingRow(**{name: cell for name, cell in plain.items() if cell is not None})


def _cells(column: Any, *, numpy_time: bool) -> list[Any]:
    """Return the values of a column; NumPy's times, which have no zone, are in UTC."""
    if numpy_time and hasattr(column, "dtype"):
        from datetime import UTC

        return [None if time is None else time.replace(tzinfo=UTC) for time in column.tolist()]
    for method in ("to_pylist", "tolist"):
        if hasattr(column, method):
            return cast("list[Any]", getattr(column, method)())
    return list(column)


def _cell(name: str, cell: Any) -> Any:
    """Return a value as ``ReadingRow`` has it, None where there is none."""
    if cell is None or type(cell).__name__ == "NAType" or cell != cell:  # noqa: PLR0124  # NaN and NaT are the values that differ from themselves
        return None
    if name in TIMES:
        time: datetime = cell.to_pydatetime() if hasattr(cell, "to_pydatetime") else cell
        if time.tzinfo is None:
            raise ValueError(f"{name} {time} has no zone: give the column one (tz_localize)")
        return time
    if name == "value":
        if isinstance(cell, int):
            return Decimal(cell)
        return cell if isinstance(cell, Decimal) else Decimal(repr(float(cell))) if math.isfinite(cell) else None
    return str(cell)


def _meter(meter: str, usage_point: str, of: list[ReadingRow]) -> MeterReading:
    blocks = groupby((row for row in of if row.kind == "interval"), key=lambda row: row.reading_type)
    return MeterReading(
        Meter=Meter(mRID=meter) if meter else None,
        UsagePoint=IdentifiedObject(mRID=usage_point) if usage_point else None,
        IntervalBlocks=[
            IntervalBlock(ReadingType=Reference(ref=kind), IntervalReadings=[_interval(row) for row in block])
            for kind, block in blocks
        ],
        Readings=[_register(row) for row in of if row.kind != "interval"],
    )


def _interval(row: ReadingRow) -> IntervalReading:
    return IntervalReading(**_common(row))


def _register(row: ReadingRow) -> Reading:
    reason = ReadingReasonKind(row.reason) if row.reason else None
    return Reading(**_common(row), reason=reason, ReadingType=Reference(ref=row.reading_type))


def _common(row: ReadingRow) -> dict[str, Any]:
    """Return what both kinds of readings have."""
    period = row.start is not None or row.end is not None
    return {
        "reportedDateTime": row.reported,
        "source": row.source or None,
        "timeStamp": row.time,
        "value": _raw(row),
        "ReadingQualities": [
            ReadingQuality(ReadingQualityType=Reference(ref=quality)) for quality in row.quality.split()
        ],
        "timePeriod": DateTimeInterval(start=row.start, end=row.end) if period else None,
    }


def _raw(row: ReadingRow) -> Decimal | None:
    if row.value is None:
        return None
    try:
        return ReadingTypeCode(row.reading_type).unapply(row.value)
    except ValueError:  # a reference to a type that a message defined; its rows have values as they stood
        return row.value
