"""What a test needs from the system. Rule: what is missing skips a test loudly; in CI it fails it."""

from __future__ import annotations

import os

from . import jars
from .activemq import JARS
from .process import found

HINT = "On Debian, python tests/run.py installs it"


def missing(broker: str) -> str:
    """Return what a broker lacks to run, or an empty string."""
    if broker == "mosquitto":
        return "" if found("mosquitto") else "mosquitto"
    programs = ["java", "javac"]
    if broker in jars.DOWNLOADED and not jars.fetched(broker):
        programs.append("mvn")
    lacks = [program for program in programs if not found(program)]
    if broker == "activemq":
        lacks += [f"{name}.jar" for name in JARS if not (jars.DEBIAN / f"{name}.jar").exists()]
    return ", ".join(lacks)


def needed(broker: str = "mosquitto") -> None:
    """Skip the test if a broker cannot run here; in CI that is a failure."""
    import pytest

    if lack := missing(broker):
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(f"not installed: {lack}; in CI nothing may be skipped for that. {HINT}")
        pytest.skip(f"NOT TESTED: not installed: {lack}. {HINT}")
