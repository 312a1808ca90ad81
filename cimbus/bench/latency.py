"""Latencies in an HDR histogram: every percentile within 0.1 %, in a few kilobytes, and histograms can be added."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from .extras import needed

__all__ = ["Latencies", "Percentiles"]

LONGEST: Final = 4 * 3600 * 1_000_000
"""The longest latency that is told apart, in microseconds: four hours, more than any run."""
DIGITS: Final = 3
"""Significant digits of a latency."""
BITS: Final = 11
"""What the histogram tells apart with three digits: the bits of 2048."""
SHARES: Final = (("p50", 50.0), ("p90", 90.0), ("p95", 95.0), ("p99", 99.0), ("p999", 99.9))


class Percentiles(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of latencies, in seconds.

    >>> Percentiles().count
    0

    Attributes:
        count: latencies.
        mean, p50, p90, p95, p99, p999, max: in seconds.
        curve: for a plot: pairs of a percentile and its latency.
    """

    count: int = 0
    mean: float = 0.0
    p50: float = 0.0
    p90: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    p999: float = 0.0
    max: float = 0.0
    curve: tuple[tuple[float, float], ...] = ()


class Latencies:
    """A histogram of latencies.

    >>> latencies = Latencies()
    >>> latencies.add(2_000_000)  # nanoseconds
    >>> latencies.percentiles().max
    0.002
    >>> latencies.above(0.001), latencies.above(0.5)
    (1, 0)

    Raises:
        MissingExtraError: hdrhistogram is not installed.
    """

    def __init__(self) -> None:
        self._histogram: Any = needed("hdrh.histogram").HdrHistogram(1, LONGEST, DIGITS)
        self._counts: dict[int, int] = {}
        """What was not recorded yet, by the digits that are kept: recording each alone takes three times as long."""

    def add(self, nanoseconds: int) -> None:
        """Count one latency; what is below a microsecond counts as one."""
        value = nanoseconds // 1000
        if value >= 1 << BITS:
            shift = value.bit_length() - BITS
            value = value >> shift << shift
        self._counts[value] = self._counts.get(value, 0) + 1

    def _recorded(self) -> Any:
        """Return the histogram with all that was counted."""
        for value, count in self._counts.items():
            self._histogram.record_value(min(max(value, 1), LONGEST), count)
        self._counts = {}
        return self._histogram

    def merge(self, encoded: bytes) -> None:
        """Add a histogram that was encoded, perhaps by another process."""
        if encoded:
            self._histogram.decode_and_add(encoded)

    def encode(self) -> bytes:
        """Return the histogram as the format of HdrHistogram has it (V2, compressed, base 64); empty if it is empty."""
        histogram = self._recorded()
        return bytes(histogram.encode()) if histogram.get_total_count() else b""

    def above(self, seconds: float) -> int:
        """Return how many latencies were longer."""
        limit = seconds * 1_000_000
        items = self._recorded().get_recorded_iterator()
        return sum(int(item.count_at_value_iterated_to) for item in items if item.value_iterated_to > limit)

    def percentiles(self) -> Percentiles:
        """Return what a report says of them."""
        histogram = self._recorded()
        if not (count := int(histogram.get_total_count())):
            return Percentiles()
        shares = {name: _seconds(histogram.get_value_at_percentile(share)) for name, share in SHARES}
        curve = tuple(
            (round(float(item.percentile_level_iterated_to), 4), _seconds(item.value_iterated_to))
            for item in histogram.get_percentile_iterator(5)  # points per halving of what is above
        )
        return Percentiles(
            count=count,
            mean=_seconds(histogram.get_mean_value()),
            max=_seconds(histogram.get_max_value()),
            curve=curve,
            **shares,
        )


def _seconds(microseconds: float) -> float:
    return round(microseconds / 1_000_000, 6)
