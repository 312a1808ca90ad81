"""Several buses in one program, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from cimbus.application.bus import Bus
from cimbus.errors import UsageError

T = TypeVar("T")

DEFAULT: Final = "default"
"""The name of a bus that was given without one."""

Buses = Bus | Mapping[str, Bus]
"""One bus, or several by name."""


class NamedBuses(dict[str, Bus]):
    """The buses of a program, by name.

    >>> buses = NamedBuses.of({"field": Bus("memory:"), "platform": Bus("memory:")})
    >>> buses["feild"]
    Traceback (most recent call last):
    cimbus.errors.UsageError: there is no bus 'feild'; there are field, platform
    """

    @staticmethod
    def of(buses: Buses) -> NamedBuses:
        """Return them by name; one without a name is ``default``.

        Raises:
            UsageError: there is none.
        """
        named = NamedBuses({DEFAULT: buses} if isinstance(buses, Bus) else buses)
        if not named:
            raise UsageError("there is no bus: give one, or several by name")
        return named

    def __missing__(self, name: str) -> Bus:
        raise UsageError(f"there is no bus {name!r}; there are {', '.join(self)}")

    def name_for(self, asked: str | None, handler: str) -> str:
        """Return the name of the bus of a handler that asks for one by name, or for the only one.

        Raises:
            UsageError: there is no such bus, or there are several and it does not say which.
        """
        if asked is None and len(self) == 1:
            return next(iter(self))
        if asked is None:
            raise UsageError(f"{handler} does not say on which bus: bus={' or bus='.join(map(repr, self))}")
        if asked not in self:
            raise UsageError(f"{handler} asks for the bus {asked!r}; there are {', '.join(self)}")
        return asked
