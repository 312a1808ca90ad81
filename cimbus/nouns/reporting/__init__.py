# ruff: noqa: F403  # the module lists in __all__ what it hands on
"""Component reporting (IEC 61968-1, 7.1), in a form of our own: ``Noun.source`` is ``cimbus``.

That a component reports is in the standard; of how, nothing is public. What a report holds is what operators of such
components look at: state, since when, counters, rates, last errors, backlog. The namespace is ours, so that no noun of
a profile is mistaken for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import reports
from .reports import *

if not TYPE_CHECKING:  # mypy reads literal lists only, and takes the names from the imports where there is none
    __all__ = [name for module in (reports,) for name in module.__all__]
