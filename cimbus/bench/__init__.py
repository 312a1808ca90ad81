"""Load scenarios of a utility, what runs them on a bus, and the report (``cimbus bench``; the extra ``bench``).

``scenario`` is what is sent, as data; ``plan`` how much of it and when; ``sending`` and ``receiving`` are the
publishers and the applications, each a process of its own (``process``), or tasks where a bus is inside one process;
``members`` starts them, ``running`` watches them, ``judging`` adds up what they tell, ``limits`` searches for the
highest rate, and ``benchmark`` is all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .result import BenchResult
from .scenario import LoadScenario, load_scenario, scenario_names

if TYPE_CHECKING:
    from .benchmark import BenchOptions, run_benchmark

__all__ = ["BenchOptions", "BenchResult", "LoadScenario", "load_scenario", "run_benchmark", "scenario_names"]


def __getattr__(name: str) -> object:
    """Import what needs all nouns when it is used, so that commands that do not run a load start as fast as before."""
    if name in ("BenchOptions", "run_benchmark"):
        from . import benchmark

        return getattr(benchmark, name)
    raise AttributeError(name)
