"""Support for testing what is built on cimbus, and what cimbus is built on.

``TransportContract`` holds a transport to the promises of ``cimbus.transport``. It needs pytest, which is asked for
when the name is used and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .contract import TransportContract

__all__ = ["TransportContract"]


def __getattr__(name: str) -> object:
    if name == "TransportContract":
        from .contract import TransportContract

        return TransportContract
    raise AttributeError(name)
