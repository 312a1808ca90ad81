"""The native codec (the distribution ``cimbus-native``, folder ``native/``), used where it is installed.

``loading`` finds it, ``tables`` tells it of the declared classes, and ``front`` asks it before the walker.
"""

from __future__ import annotations

from .front import NATIVE, CodecStats, NativeFront, stats
from .loading import Codec, Loaded, load

__all__ = ["NATIVE", "Codec", "CodecStats", "Loaded", "NativeFront", "load", "stats"]
