"""The results of a send, and for which of its frames no subscription exists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence


class SendReport(list[Exception | None]):
    """What ``Transport.send`` returns where the middleware says more than that it has the frames.

    It is the list of results; a frame that is unroutable was taken, and dropped: no consumer and no durable group is
    subscribed to its topic (MQTT 5.0, 3.4.2.1, No matching subscribers; AMQP calls such a message unroutable).

    >>> report = SendReport([None, None], unroutable=[1])
    >>> report == [None, None], report.unroutable
    (True, frozenset({1}))

    Attributes:
        unroutable: the places of these frames in the list.
    """

    def __init__(self, results: Iterable[Exception | None], unroutable: Collection[int]) -> None:
        super().__init__(results)
        self.unroutable = frozenset(unroutable)


def unroutable_in(results: Sequence[Exception | None]) -> frozenset[int]:
    """Return the places of the frames for which no subscription exists, as far as the middleware says so.

    >>> unroutable_in([None]), unroutable_in(SendReport([None], [0]))
    (frozenset(), frozenset({0}))
    """
    return results.unroutable if isinstance(results, SendReport) else frozenset()
