"""What a load was run on: facts of the machine and versions, and nothing about whose machine it is."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from cimbus.codecs import stats

from .extras import needed

__all__ = ["machine_facts"]

PACKAGES: Final = ("cimbus", "anyio", "msgspec", "lxml", "paho-mqtt", "aiokafka", "stomp.py", "python-qpid-proton")


def machine_facts() -> dict[str, str | int | float]:
    """Return processor, cores, memory, system, and versions.

    >>> machine_facts()["python"] == platform.python_version()
    True
    """
    memory = needed("psutil").virtual_memory()
    facts: dict[str, str | int | float] = {
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gib": round(memory.total / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "native codec": stats().native or "not used",
    }
    for package in PACKAGES:
        try:
            facts[package] = version(package)
        except PackageNotFoundError:
            continue
    return facts


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
