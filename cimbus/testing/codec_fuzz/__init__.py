"""Differential fuzzing of the native codec, against the readers and the writer in Python.

What it reads, XML or JSON, the reader in Python must read the same, and without a note; what it writes, the writer must
write the same.

python -m cimbus.testing.codec_fuzz [--count N] [--seed S] [--only I] [--nouns MODULE] [--corpus PATH ...]
"""

from __future__ import annotations

from .compare import Comparison, compare, described
from .compare_encoding import compare_encoding
from .compare_json import compare_json
from .run import FuzzResult, fuzz, fuzz_encoding, make_codec, read_corpus
from .run_json import fuzz_json

__all__ = [
    "Comparison",
    "FuzzResult",
    "compare",
    "compare_encoding",
    "compare_json",
    "described",
    "fuzz",
    "fuzz_encoding",
    "fuzz_json",
    "make_codec",
    "read_corpus",
]
