"""Where a frame has been: a property that every bridge adds to. Pure.

A bridge drops a frame that comes from where it would take it, over however many other bridges. Rules: a bus has one
name, the same for all bridges at it; by default that is its address, without password and options. A middleware that
has no properties cannot carry this, so that a bridge does not lead there.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

PROPERTY: Final = "Hops"
MOST: Final = 16
"""Over how many bridges a frame may go, whatever they are called."""


def name_of(url: str) -> str:
    """Return the name of a bus by its URL; a private one (``memory:``) is like no other."""
    parts = urlsplit(url)
    if parts.scheme == "memory" and not (parts.netloc or parts.path):
        return f"memory:{uuid.uuid4().hex[:12]}"
    host = parts.netloc.rpartition("@")[2].lower()
    where = f"//{host}{parts.path.rstrip('/')}" if host else parts.path
    return quote(f"{parts.scheme}:{where}", safe=":/[]@._+-")


def passed(properties: Mapping[str, str]) -> list[str]:
    """Return the buses that a frame has been on."""
    return properties.get(PROPERTY, "").split()


def goes_round(hops: list[str], target: str) -> bool:
    """Return whether a frame with these hops must not be taken to ``target``."""
    return target in hops or len(hops) >= MOST


def added(hops: list[str], source: str) -> str:
    """Return the property of a frame that leaves ``source``."""
    return " ".join([*hops, source])
