# ruff: noqa: F403  # each module lists in __all__ what it hands on
"""IEC 61968-3, network operation.

Read in public copies of the profiles, not in an official release; where copies differ, the laxest is declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import cim13, published_outages
from .cim13 import *
from .published_outages import *

if not TYPE_CHECKING:  # mypy reads literal lists only, and takes the names from the imports where there is none
    __all__ = [name for module in (cim13, published_outages) for name in module.__all__]
