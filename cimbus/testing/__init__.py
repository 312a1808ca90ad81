"""Support for testing what is built on cimbus, and what cimbus is built on.

``harness`` runs components, and waits until everything that follows a message has happened; ``fixtures`` has it for
pytest. ``TransportContract`` holds a transport to the promises of ``cimbus.middleware.transport``. It needs pytest,
which is asked for when the name is used and not before. ``sample`` and ``samples``
make valid instances of declared classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .harness import Harness, harness
from .virtual_clock import VirtualClock

if TYPE_CHECKING:
    from .contract import TransportContract
    from .sampling import sample, samples

__all__ = ["Harness", "TransportContract", "VirtualClock", "harness", "sample", "samples"]


def __getattr__(name: str) -> object:
    if name == "TransportContract":
        from .contract import TransportContract

        return TransportContract
    if name in ("sample", "samples"):
        from . import sampling

        return sampling.sample if name == "sample" else sampling.samples
    raise AttributeError(name)
