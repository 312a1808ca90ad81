"""Differential fuzzing of the native codec: what it reads, the walker must read the same, and without a note.

python -m cimbus.testing.codec_fuzz [--count N] [--seed S] [--only I] [--nouns MODULE] [--corpus PATH ...]
"""

from __future__ import annotations

from .compare import Comparison, compare, described
from .run import FuzzResult, fuzz, make_codec, read_corpus

__all__ = ["Comparison", "FuzzResult", "compare", "described", "fuzz", "make_codec", "read_corpus"]
