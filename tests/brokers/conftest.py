"""The fixtures of this package, for its own tests."""

from __future__ import annotations

from .fixtures import *  # noqa: F403
