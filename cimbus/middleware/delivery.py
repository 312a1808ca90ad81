"""Deliveries: what a consumer received, to be settled once."""

from __future__ import annotations

import enum
from collections.abc import Callable
from types import TracebackType
from typing import Final, Generic, TypeVar

T = TypeVar("T")


class Outcome(enum.Enum):
    """How a delivery ended (the words of AMQP 1.0, 3.4).

    >>> Outcome("released")
    <Outcome.RELEASED: 'released'>
    """

    ACCEPTED = "accepted"
    """Handled: the middleware may forget it."""
    RELEASED = "released"
    """Not handled: the middleware delivers it again, to this consumer or to another."""
    REJECTED = "rejected"
    """Cannot be handled and was dead-lettered: the middleware must not deliver it again."""


# a member of an enumeration is looked up by code in Python (3.11), three times as slowly as a global
ACCEPTED: Final = Outcome.ACCEPTED
RELEASED: Final = Outcome.RELEASED
REJECTED: Final = Outcome.REJECTED


class Delivery(Generic[T]):
    """Something delivered at least once, which the receiver must settle.

    The first outcome counts; a second one is ignored. ``async with delivery as value:`` accepts when the block ends,
    releases when it raises, and settles nothing when it is cancelled: a cancelled handler has not failed.

    >>> delivery = Delivery("a frame", lambda delivery, outcome: print(outcome.value))
    >>> delivery.accept(), delivery.release()
    accepted
    (True, False)

    Attributes:
        value: what was delivered.
        attempt: 1 on the first delivery as far as the middleware can tell; higher on a redelivery.
        token: the transport's own (packet identifier, row id, offset); only the transport reads it.
        outcome: None until settled.
        defect: why the value is not all that was sent: it was too large, or part of it could not be read; empty: it is.
            Such a delivery is a dead letter, whatever it would mean otherwise.
    """

    __slots__ = ("_settle", "attempt", "defect", "outcome", "token", "value")

    def __init__(
        self,
        value: T,
        settle: Callable[[Delivery[T], Outcome], None],
        *,
        attempt: int = 1,
        token: object = None,
        defect: str = "",
    ) -> None:
        self.value = value
        self.attempt = attempt
        self.token = token
        self.defect = defect
        self.outcome: Outcome | None = None
        self._settle = settle

    def settle(self, outcome: Outcome) -> bool:
        """Settle with ``outcome``; return False if it had been settled before (then nothing happens)."""
        if self.outcome is not None:
            return False
        self.outcome = outcome
        self._settle(self, outcome)
        return True

    def on_settled(self, tell: Callable[[Delivery[T], Outcome], None]) -> None:
        """Call a function, too, when it has been settled."""
        settle = self._settle

        def settle_and_tell(delivery: Delivery[T], outcome: Outcome) -> None:
            settle(delivery, outcome)
            tell(delivery, outcome)

        self._settle = settle_and_tell

    def accept(self) -> bool:
        """Settle it as handled."""
        return self.settle(ACCEPTED)

    def release(self) -> bool:
        """Settle it as not handled; it will be redelivered."""
        return self.settle(RELEASED)

    def reject(self) -> bool:
        """Settle it as dead-lettered; it is never redelivered."""
        return self.settle(REJECTED)

    async def __aenter__(self) -> T:
        return self.value

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.settle(ACCEPTED)
        elif issubclass(kind, Exception):  # cancellation is a BaseException on both event loops
            self.settle(RELEASED)

    def __repr__(self) -> str:
        state = "unsettled" if self.outcome is None else self.outcome.value
        return f"<Delivery {state} attempt={self.attempt} {self.value!r}>"
