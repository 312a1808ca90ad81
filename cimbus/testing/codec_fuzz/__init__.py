"""Differential fuzzing of the native codec, against the walker and the writer in Python.

What it reads, the walker must read the same, and without a note; what it writes, the writer must write the same.

python -m cimbus.testing.codec_fuzz [--count N] [--seed S] [--only I] [--nouns MODULE] [--corpus PATH ...]
"""

from __future__ import annotations

from .compare import Comparison, compare, described
from .compare_encoding import compare_encoding
from .run import FuzzResult, fuzz, fuzz_encoding, make_codec, read_corpus

__all__ = [
    "Comparison",
    "FuzzResult",
    "compare",
    "compare_encoding",
    "described",
    "fuzz",
    "fuzz_encoding",
    "make_codec",
    "read_corpus",
]
