"""What becomes of something that was delivered: settled once, and once only."""

from __future__ import annotations

import enum
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")


class Outcome(enum.Enum):
    """How a delivery ended (the words of AMQP 1.0, 3.4)."""

    ACCEPTED = "accepted"
    """Handled: the middleware may forget it."""
    RELEASED = "released"
    """Not handled: the middleware delivers it again, to this consumer or to another."""
    REJECTED = "rejected"
    """Cannot be handled and was set aside: the middleware must not deliver it again."""


class Delivery(Generic[T]):
    """Something delivered at least once, with the duty to settle it.

    The first outcome counts; a second one is ignored. ``async with delivery as value:`` accepts when the block ends,
    releases when it raises, and settles nothing when it is cancelled: a cancelled handler has not failed.

    Attributes:
        value: what was delivered.
        attempt: 1 on the first delivery as far as the middleware can tell; higher on a redelivery.
        token: the transport's own mark (packet id, row id, offset); nobody else looks at it.
        outcome: None until settled.
    """

    __slots__ = ("_settle", "attempt", "outcome", "token", "value")

    def __init__(
        self,
        value: T,
        settle: Callable[[Delivery[T], Outcome], None],
        *,
        attempt: int = 1,
        token: object = None,
    ) -> None:
        self.value = value
        self.attempt = attempt
        self.token = token
        self.outcome: Outcome | None = None
        self._settle = settle

    def settle(self, outcome: Outcome) -> bool:
        """Settle with ``outcome``; return False if it had been settled before (then nothing happens)."""
        if self.outcome is not None:
            return False
        self.outcome = outcome
        self._settle(self, outcome)
        return True

    def accept(self) -> bool:
        """Say that it was handled."""
        return self.settle(Outcome.ACCEPTED)

    def release(self) -> bool:
        """Give it back; it will be delivered again."""
        return self.settle(Outcome.RELEASED)

    def reject(self) -> bool:
        """Say that it was set aside; it is never delivered again."""
        return self.settle(Outcome.REJECTED)

    async def __aenter__(self) -> T:
        return self.value

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.settle(Outcome.ACCEPTED)
        elif issubclass(kind, Exception):  # cancellation is a BaseException on both event loops
            self.settle(Outcome.RELEASED)

    def __repr__(self) -> str:
        state = "unsettled" if self.outcome is None else self.outcome.value
        return f"<Delivery {state} attempt={self.attempt} {self.value!r}>"
