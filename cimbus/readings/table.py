"""Readings by column, in little memory: a number or an index a cell, and each text once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self

from cimbus.errors import MissingExtraError
from cimbus.interface.codecs import DEFAULT_LIMITS, Limits

from .native_columns import native_columns
from .row import COLUMNS, TEXTS, TIMES, ReadingRow
from .sources import OnError, rows

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NONE: Final = -(2**63)
"""No time: NumPy's "not a time" has this number."""
_DAY: Final = 86_400_000_000
"""Microseconds."""


def microseconds(time: datetime | None) -> int:
    """Return a time in microseconds since 1970 (UTC), exactly; the number of "not a time" for None.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    if time is None:
        return _NONE
    since = time - _EPOCH
    return since.days * _DAY + since.seconds * 1_000_000 + since.microseconds


class ReadingTable:
    """Readings by column: add sources, then take them out for NumPy, Arrow or pandas.

    Values are binary floats here, the nearest to the exact ones; ``rows`` has them as ``Decimal``.

    >>> from cimbus.nouns import MeterReadings
    >>> table = ReadingTable().add(MeterReadings())
    >>> len(table)
    0
    """

    def __init__(self) -> None:
        self._values = array("d")
        self._times = {name: array("q") for name in TIMES}
        self._texts = {name: array("i") for name in TEXTS}
        """An index a row, into ``_words``."""
        self._words: dict[str, dict[str, int]] = {name: {} for name in TEXTS}

    def __len__(self) -> int:
        return len(self._values)

    def add(
        self,
        source: object,
        *,
        assume: tzinfo | None = None,
        limits: Limits = DEFAULT_LIMITS,
        on_error: OnError | None = None,
    ) -> Self:
        """Add the readings of a source, see ``rows``; return the table.

        Raises:
            TypeError: it is no source of readings.
            DecodeError: a file is no message with readings.
            OSError: a file cannot be read.
        """
        return self.add_rows(rows(source, assume=assume, limits=limits, on_error=on_error))

    def add_rows(self, readings: Iterable[ReadingRow]) -> Self:
        """Add rows; return the table.

        >>> len(ReadingTable().add_rows([ReadingRow(meter="m-1")]))
        1
        """
        texts = [(name, self._texts[name].append, self._words[name]) for name in TEXTS]
        times = [(name, self._times[name].append) for name in TIMES]
        value = self._values.append
        for row in readings:
            value(float("nan") if row.value is None else float(row.value))
            for name, append, words in texts:
                append(words.setdefault(getattr(row, name), len(words)))
            for name, append in times:
                append(microseconds(getattr(row, name)))
        return self

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns as NumPy arrays, by name.

        Times are ``datetime64[us]`` in UTC, values ``float64``, texts objects.

        Raises:
            MissingExtraError: NumPy is not installed.
        """
        numpy = extra("numpy", "numpy")
        return {name: self._column(numpy, name) for name in COLUMNS}

    def to_arrow(self, *, zone: tzinfo | None = None) -> Any:
        """Return a ``pyarrow.Table`` (pyarrow has no types).

        Times are ``timestamp[us]``, texts are dictionaries.

        Args:
            zone: the zone that times are shown in; UTC by default.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        arrow, numpy = extra("pyarrow", "arrow"), extra("numpy", "arrow")
        when = arrow.timestamp("us", tz=str(zone or "UTC"))
        columns: dict[str, Any] = {}
        for name in COLUMNS:
            if name in TEXTS:
                indices = arrow.array(numpy.array(self._texts[name], dtype="int32"))
                words = arrow.array(list(self._words[name]), type=arrow.string())
                columns[name] = arrow.DictionaryArray.from_arrays(indices, words)
            else:
                column = self._column(numpy, name)
                empty = numpy.isnan(column) if name == "value" else numpy.isnat(column)
                columns[name] = arrow.array(column, type=None if name == "value" else when, mask=empty)
        return arrow.table(columns)

    def to_pandas(self, *, zone: tzinfo | None = None) -> pd.DataFrame:
        """Return a pandas data frame.

        Times have a zone, texts are categories.

        Args:
            zone: the zone that times are shown in; UTC by default.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        pandas, numpy = extra("pandas", "pandas"), extra("numpy", "pandas")
        columns: dict[str, Any] = {}
        for name in COLUMNS:
            if name in TEXTS:
                indices = numpy.array(self._texts[name], dtype="int32")
                columns[name] = pandas.Categorical.from_codes(indices, categories=list(self._words[name]))
            elif name in TIMES:
                utc = pandas.DatetimeIndex(self._column(numpy, name)).tz_localize("UTC")
                columns[name] = utc if zone is None else utc.tz_convert(zone)
            else:
                columns[name] = self._column(numpy, name)
        frame: pd.DataFrame = pandas.DataFrame(columns, copy=False)
        return frame

    def _column(self, numpy: Any, name: str) -> NDArray[Any]:
        column: NDArray[Any]
        if name in TEXTS:
            words = numpy.array(list(self._words[name]), dtype=object)
            column = words[numpy.array(self._texts[name], dtype="int32")]
        elif name in TIMES:
            column = numpy.array(self._times[name], dtype="int64").view("datetime64[us]")
        else:
            column = numpy.array(self._values, dtype="float64")
        return column


def extra(module: str, name: str) -> Any:
    """Return a module that comes with an extra.

    Raises:
        MissingExtraError: it is not installed.

    >>> extra("array", "numpy").__name__
    'array'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name not in (module, package):
            raise
        raise MissingExtraError(f"this needs {package}: pip install 'cimbus[{name}]'") from None


def to_columns(source: object, *, assume: tzinfo | None = None) -> dict[str, NDArray[Any]]:
    """Return the readings of a source as NumPy arrays; see ``rows`` and ``ReadingTable.to_columns``.

    Of the octets of an XML document the native codec makes the columns without objects in between, where it is
    installed; other threads go on meanwhile.

    Raises:
        MissingExtraError: NumPy is not installed.

    >>> from cimbus.nouns import MeterReadings
    >>> sorted(to_columns(MeterReadings()))[:4]
    ['end', 'kind', 'meter', 'quality']
    """
    if isinstance(source, bytes) and (found := native_columns(extra("numpy", "numpy"), source, DEFAULT_LIMITS)):
        return found
    return ReadingTable().add(source, assume=assume).to_columns()


def to_arrow(source: object, *, zone: tzinfo | None = None, assume: tzinfo | None = None) -> Any:
    """Return the readings of a source as a ``pyarrow.Table``; see ``rows`` and ``ReadingTable.to_arrow``.

    Raises:
        MissingExtraError: pyarrow is not installed.

    >>> from cimbus.nouns import MeterReadings
    >>> to_arrow(MeterReadings()).num_rows
    0
    """
    return ReadingTable().add(source, assume=assume).to_arrow(zone=zone)


def to_pandas(source: object, *, zone: tzinfo | None = None, assume: tzinfo | None = None) -> pd.DataFrame:
    """Return the readings of a source as a pandas data frame; see ``rows`` and ``ReadingTable.to_pandas``.

    Raises:
        MissingExtraError: pandas is not installed.

    >>> from cimbus.nouns import MeterReadings
    >>> len(to_pandas(MeterReadings()))
    0
    """
    return ReadingTable().add(source, assume=assume).to_pandas(zone=zone)
