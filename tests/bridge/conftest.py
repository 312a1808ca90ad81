"""The brokers, for this package."""

from __future__ import annotations

from brokers.fixtures import *  # noqa: F403
