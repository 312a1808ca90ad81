"""Kafka: ``kafka://`` and ``kafkas://``, on both event loops."""

from __future__ import annotations

from .options import Options
from .transport import KafkaTransport

__all__ = ["KafkaTransport", "Options"]
