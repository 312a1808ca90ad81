# ruff: noqa: F403  # each module lists in __all__ what it hands on
"""IEC 61968-6, maintenance and construction.

Read in public copies of the profiles, not in an official release; where copies differ, the laxest is declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import assets, drafts, kinds, maintenance, places, queries, requests, service, service_points
from .assets import *
from .drafts import *
from .kinds import *
from .maintenance import *
from .places import *
from .queries import *
from .requests import *
from .service import *
from .service_points import *

if not TYPE_CHECKING:  # mypy reads literal lists only, and takes the names from the imports where there is none
    __all__ = [
        name
        for module in (assets, drafts, kinds, maintenance, places, queries, requests, service, service_points)
        for name in module.__all__
    ]
