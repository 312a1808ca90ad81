"""Fuzzing: mutators for every parser of the interface floor and the naming, with a seed; ``python -m fuzz.run``."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = str(Path(__file__).parents[1])
if TESTS not in sys.path:  # so that ``python -m tests.fuzz.run`` from the root of the project does the same
    sys.path.insert(0, TESTS)
