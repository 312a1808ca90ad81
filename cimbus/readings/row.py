"""One reading as a row: whichever meter, unit and multiplier it came with."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

import msgspec

ReadingKind = Literal["interval", "register"]
"""A value of an interval block, or a single reading."""


class ReadingRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One reading.

    Attributes:
        meter: the meter's mRID, else its first name; empty if there is none.
        usage_point: the usage point's mRID, else its first name; empty if there is none.
        kind: ``interval`` or ``register``.
        reading_type: the code, or the reference as it stands where it leads to no code.
        time: the time stamp, else the end of the period; None if there is neither.
        start, end: of the period that the value is for, where the message gives one.
        value: in ``unit``, the multiplier applied, exactly; None where there is none, or it is no number.
        unit: the unit without multiplier (``Wh``, ``m3``); empty where the reading type says none.
        quality: the codes of its qualities, separated by spaces.
        reason: why it was read.
        source: where the value comes from.
        reported: when it was reported.

    >>> from decimal import Decimal
    >>> ReadingRow(meter="m-1", reading_type="0.0.0.6.0.1.54.0.0.0.0.0.0.0.0.0.29.0", value=Decimal(230), unit="V").kind
    'register'
    """

    meter: str = ""
    usage_point: str = ""
    kind: ReadingKind = "register"
    reading_type: str = ""
    time: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    value: Decimal | None = None
    unit: str = ""
    quality: str = ""
    reason: str = ""
    source: str = ""
    reported: datetime | None = None


COLUMNS: Final = ReadingRow.__struct_fields__
"""The names of the columns, in order."""
TIMES: Final = ("time", "start", "end", "reported")
TEXTS: Final = tuple(name for name in COLUMNS if name not in TIMES and name != "value")
