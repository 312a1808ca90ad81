"""Other clients and codecs beside cimbus: the same bytes, broker and acknowledgements, in the same run."""

from __future__ import annotations

from .clients import PEERS
from .compare import compare_with

__all__ = ["PEERS", "compare_with"]
