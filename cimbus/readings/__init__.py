"""Readings as data: rows, and columns for NumPy, Arrow and pandas; and back to messages.

Units and multipliers are applied; meter, qualities and times are kept; values of interval blocks and single readings
have one form. NumPy, pyarrow and pandas are imported where they are needed (``pip install 'cimbus[pandas]'``).

>>> from decimal import Decimal
>>> from cimbus.nouns import Meter, MeterReading, MeterReadings, Reading, Reference
>>> kwh = Reading(value=Decimal("1.5"), ReadingType=Reference(ref="0.0.0.1.1.1.12.0.0.0.0.0.0.0.0.3.72.0"))
>>> payload = MeterReadings(MeterReading=[MeterReading(Meter=Meter(mRID="m-1"), Readings=[kwh])])
>>> [(row.meter, int(row.value), row.unit) for row in rows(payload)]
[('m-1', 1500, 'Wh')]
"""

from __future__ import annotations

from .bundles import from_frame, to_messages
from .files import write_rows
from .row import COLUMNS, ReadingRow
from .sources import files_of, rows
from .stream import ReadingStream, collect
from .table import ReadingTable, to_arrow, to_columns, to_pandas

__all__ = [
    "COLUMNS",
    "ReadingRow",
    "ReadingStream",
    "ReadingTable",
    "collect",
    "files_of",
    "from_frame",
    "rows",
    "to_arrow",
    "to_columns",
    "to_messages",
    "to_pandas",
    "write_rows",
]
