"""Every message accounted for: what a process knows of the messages of one stream."""

from __future__ import annotations

import zlib
from array import array
from typing import Final

from .latency import Latencies
from .plan import StreamPlan
from .reports import StreamReport

__all__ = ["ReceivedMessages", "SentMessages", "unpacked"]

SENT: Final = 1
ACKNOWLEDGED: Final = 2
MOST: Final = 255
"""What a byte counts up to."""


class SentMessages:
    """What a publisher knows of the messages of a stream.

    >>> sent = SentMessages(StreamPlan(name="x", noun="EndDeviceEvents", count=2, seconds=1.0, keys=1))
    >>> sent.send(0, 0)
    >>> sent.acknowledge(0, 0)
    >>> sent.sent, sent.acknowledged, list(unpacked(sent.report().states))
    (1, 1, [2, 0])
    """

    def __init__(self, stream: StreamPlan) -> None:
        self._states = bytearray(stream.count)
        self._request = stream.kind == "request"
        self._sent_after = Latencies()
        self._acknowledged_after = Latencies()
        self.sent = self.acknowledged = self.failed = self.repeated = 0
        self.error = ""

    def send(self, number: int, late: int) -> None:
        """Note that a message is given to the bus now, so many nanoseconds after it was due."""
        self._states[number] = SENT
        self.sent += 1
        self._sent_after.add(late)

    def acknowledge(self, number: int, late: int) -> None:
        """Note that the middleware has it; of a request: that its last reply has come."""
        self._states[number] = ACKNOWLEDGED
        self.acknowledged += 1
        self._acknowledged_after.add(late)

    def fail(self, error: BaseException) -> None:
        """Note that a message was refused, or got no reply."""
        self.failed += 1
        self.error = self.error or f"{type(error).__name__}: {error}"

    def report(self) -> StreamReport:
        """Return all that is known."""
        acknowledged = self._acknowledged_after.encode()
        return StreamReport(
            states=zlib.compress(self._states),
            failed=self.failed,
            repeated=self.repeated,
            sent_after=self._sent_after.encode(),
            acknowledged_after=acknowledged,
            handled_after=acknowledged if self._request else b"",
            error=self.error,
        )


class ReceivedMessages:
    """What a process of an application knows of the messages of a stream.

    >>> received = ReceivedMessages(StreamPlan(name="x", noun="EndDeviceEvents", count=3, seconds=1.0, keys=1))
    >>> for number in (0, 2, 1, 1):
    ...     received.receive(number)
    ...     received.handle(number, 0)
    >>> report = received.report()
    >>> report.received, report.out_of_order, list(unpacked(report.states))
    (4, 1, [1, 2, 1])
    """

    def __init__(self, stream: StreamPlan) -> None:
        self._times = bytearray(stream.count)
        self._latest = array("q", [-1]) * stream.keys
        self._keys = stream.keys
        self._handled_after = Latencies()
        self.received = self.handled = self.out_of_order = 0

    def receive(self, number: int) -> None:
        """Note that a delivery has reached the handler. One that is redelivered is not out of order."""
        self.received += 1
        if not self._keys or self._times[number]:
            return
        key = number % self._keys
        if number < self._latest[key]:
            self.out_of_order += 1
        else:
            self._latest[key] = number

    def handle(self, number: int, late: int) -> None:
        """Note that its handler has returned, so many nanoseconds after the message was due."""
        times = self._times[number]
        if not times:
            self.handled += 1
            self._handled_after.add(late)
        self._times[number] = min(times + 1, MOST)

    def report(self) -> StreamReport:
        """Return all that is known."""
        return StreamReport(
            states=zlib.compress(self._times),
            received=self.received,
            out_of_order=self.out_of_order,
            handled_after=self._handled_after.encode(),
        )


def unpacked(states: bytes) -> bytes:
    r"""Return the byte of each message of a report.

    >>> import zlib
    >>> unpacked(zlib.compress(bytes(3)))
    b'\x00\x00\x00'
    """
    return zlib.decompress(states)
