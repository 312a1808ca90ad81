"""Metrics of components, buses and bridges for Prometheus (the extra ``metrics``).

``metrics.py`` is what a program uses; ``collector.py`` reads the counters that exist anyway, when Prometheus asks;
``observer.py`` measures what only a handler's chain knows: for how long it ran, and how old its messages were.
"""

from __future__ import annotations

from .metrics import Metrics

__all__ = ["Metrics"]
