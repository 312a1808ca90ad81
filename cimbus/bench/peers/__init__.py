"""Other clients beside cimbus: the same bytes, the same broker, the same acknowledgements, in the same run."""

from __future__ import annotations

from .compare import PEERS, compare_with

__all__ = ["PEERS", "compare_with"]
