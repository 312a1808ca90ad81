"""What type checkers know of a query: the type of the reply's payload."""

from __future__ import annotations

from typing import Protocol, TypeVar

R_co = TypeVar("R_co", covariant=True)


class QueryPayload(Protocol[R_co]):
    """A payload that queries, and tells type checkers the type of the reply's payload.

    ``bus.request(GetMeterReadings())`` is a ``Message[MeterReadings]``, since the class declares, for checkers only::

        if TYPE_CHECKING:
            def __answer__(self) -> MeterReadings: ...
    """

    def __answer__(self) -> R_co:
        """Exist for type checkers only: no class has it at run time."""
        ...
