# ruff: noqa: F403  # each module lists in __all__ what it hands on
"""CIMIdentities: which names of which authorities one object has (a registry of EPRI, no part of IEC 61968).

Read in public copies of the profiles, not in an official release; where copies differ, the laxest is declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import identities
from .identities import *

if not TYPE_CHECKING:  # mypy reads literal lists only, and takes the names from the imports where there is none
    __all__ = [name for module in (identities,) for name in module.__all__]
