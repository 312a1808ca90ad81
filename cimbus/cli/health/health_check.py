"""The result of a check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, Self, cast


class HealthCheck(NamedTuple):
    """Whether a program is as it should be, and what is wrong.

    >>> HealthCheck(("OMS.events: the handler hangs",)).ok, HealthCheck().ok
    (False, True)
    """

    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is no problem."""
        return not self.problems

    @classmethod
    def read(cls, problems: object) -> Self:
        """Return a check from the list of its problems, as JSON has it."""
        return cls(tuple(map(str, cast("Sequence[object]", problems))) if isinstance(problems, list) else ())


class CheckedProgram(Protocol):
    """A program whose health can be asked for: one process, or several workers."""

    def live(self) -> HealthCheck:
        """Return whether it makes progress."""
        ...

    def ready(self) -> HealthCheck:
        """Return whether it can handle messages now."""
        ...

    async def metrics(self) -> tuple[bytes, str]:
        """Return its metrics and their content type.

        Raises:
            MissingExtraError: what writes them is not installed.
        """
        ...
