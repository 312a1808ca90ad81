"""What is checked of a component when it is declared."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cimbus.application.handler_parameters import Parameter


def checked_interval(component: str, seconds: float | None) -> float | None:
    """Return the seconds between two reports.

    >>> checked_interval("OMS", -1)
    Traceback (most recent call last):
    ValueError: OMS: report_every is a number of seconds, 0 (on request alone) or None, not -1

    Raises:
        ValueError: there are no such seconds.
    """
    if seconds is not None and (type(seconds) not in (int, float) or not 0 <= seconds < math.inf):
        raise ValueError(
            f"{component}: report_every is a number of seconds, 0 (on request alone) or None, not {seconds!r}"
        )
    return seconds


def check_parameters(
    component: str, name: str, parameters: Sequence[Parameter], *, inbox: object, lifespan: object
) -> None:
    """Check that a component has what a handler's parameters ask for.

    >>> check_parameters("OMS", "outage", ["message", "work"], inbox=None, lifespan=None)
    Traceback (most recent call last):
    ValueError: outage takes a UnitOfWork, which needs an inbox: Component('OMS', inbox=FILE)

    Raises:
        ValueError: one is a UnitOfWork, and there is no inbox.
        TypeError: one is the state, and there is no lifespan.
    """
    if "work" in parameters and inbox is None:
        raise ValueError(f"{name} takes a UnitOfWork, which needs an inbox: Component({component!r}, inbox=FILE)")
    if "state" in parameters and lifespan is None:
        raise TypeError(
            f"{name} takes something behind its message that is neither a UnitOfWork nor a Context; the state of "
            f"the component needs a lifespan that yields it: Component({component!r}, lifespan=...)"
        )
