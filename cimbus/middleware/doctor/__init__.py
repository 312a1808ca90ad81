"""What a broker's settings will do to messages: one finding for each setting that matters.

A transport whose middleware tells its settings is a ``Doctor``; ``cimbus doctor`` shows what it finds. A plug-in asks
its broker for the settings; what they do, and what to set instead, stands in a module for each kind of broker:
``kafka``, ``mqtt`` (with Mosquitto), ``artemis`` and ``activemq``. These are pure. Rule: what cannot be seen over the
wire is said to be unknown, with where to look; it is never guessed.
"""

from __future__ import annotations

from .finding import DAY, WEEK, Doctor, Finding, Verdict, judged, kept_for, unknown

__all__ = ["DAY", "WEEK", "Doctor", "Finding", "Verdict", "judged", "kept_for", "unknown"]
