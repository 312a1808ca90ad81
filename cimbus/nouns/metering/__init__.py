# ruff: noqa: F403  # each module lists in __all__ what it hands on
"""IEC 61968-9, meter reading and control: the first set of nouns.

Read in public copies of the profiles (interoperability-test and research material), not in an official release; each
class says where copies disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import controls, events, premises, queries, readings, schedules
from .controls import *
from .events import *
from .premises import *
from .queries import *
from .readings import *
from .schedules import *

if not TYPE_CHECKING:  # mypy reads literal lists only, and takes the names from the imports where there is none
    __all__ = [name for module in (controls, events, premises, queries, readings, schedules) for name in module.__all__]
