# ruff: noqa: F403  # each module lists in __all__ what it hands on
"""IEC 61968-9: configuration, pricing and service requests, and the queries of them.

Read in public copies of the profiles, not in an official release; where copies differ, the laxest is declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import end_devices, kinds, meters, pricing, queries, service_requests, usage_points
from .end_devices import *
from .kinds import *
from .meters import *
from .pricing import *
from .queries import *
from .service_requests import *
from .usage_points import *

if not TYPE_CHECKING:  # mypy reads literal lists only, and takes the names from the imports where there is none
    __all__ = [
        name
        for module in (end_devices, kinds, meters, pricing, queries, service_requests, usage_points)
        for name in module.__all__
    ]
