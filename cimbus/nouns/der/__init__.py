# ruff: noqa: F403  # each module lists in __all__ what it hands on
"""IEC 61968-5, distributed energy resources.

Read in public copies of the profiles, not in an official release; where copies differ, the laxest is declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import dispatches, early, forecasts, groups, kinds, queries, statuses
from .dispatches import *
from .early import *
from .forecasts import *
from .groups import *
from .kinds import *
from .queries import *
from .statuses import *

if not TYPE_CHECKING:  # mypy reads literal lists only, and takes the names from the imports where there is none
    __all__ = [
        name for module in (dispatches, early, forecasts, groups, kinds, queries, statuses) for name in module.__all__
    ]
