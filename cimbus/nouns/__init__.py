# ruff: noqa: F403  # each module lists in __all__ what it hands on
"""Typed payloads: the nouns, and the classes they are made of, one package per part of IEC 61968.

The nouns of metering are imported with the library; the others (``provided``) when they are needed, under the same
names: ``cimbus.nouns.MaintenanceOrders``.

>>> from cimbus.nouns import EndDeviceEvent, EndDeviceEvents, IdentifiedObject, Reference, key_of
>>> from datetime import UTC, datetime
>>> power_down = EndDeviceEvent(
...     createdDateTime=datetime(2026, 3, 1, tzinfo=UTC),
...     EndDeviceEventType=Reference(ref="3.26.0.47"),
...     UsagePoint=IdentifiedObject(mRID="up-1"),
... )
>>> key_of(EndDeviceEvents(EndDeviceEvent=[power_down]))
'up-1'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from . import common, metering, provided
from .common import *
from .keys import key_of as key_of
from .metering import *

provided.provide_nouns()

if TYPE_CHECKING:
    from .der import *
    from .derived import *
    from .identity import *
    from .metering_config import *
    from .operations import *
    from .reporting import *
    from .units import *
    from .work import *
else:  # mypy reads literal lists only, and takes the names from the imports where there is none
    __all__ = ["key_of"]
    __all__ += common.__all__
    __all__ += metering.__all__

    def __getattr__(name: str) -> type:
        """Return a class of a package that is imported when it is needed."""
        for package in () if name.startswith("_") else ("units", *provided.PROVIDED):
            module = import_module(f".{package}", __name__)
            if name in module.__all__:
                globals()[name] = found = getattr(module, name)
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
