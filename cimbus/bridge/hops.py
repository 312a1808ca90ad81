"""``Hops``: a property with the names of the buses that a frame has been on. Pure.

A bridge drops a frame that comes from the bus it would be sent to, over however many other bridges. Rules: a bus has
one name, the same for all bridges at it; by default that is its address, without password and options. A middleware
without properties cannot carry the names, so a bridge refuses it as its target.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from cimbus.middleware.net.url import split_url
from cimbus.middleware.safe_url import HIDDEN, safe_url

PROPERTY: Final = "Hops"
MOST: Final = 16
"""Over how many bridges a frame may go: more than any utility has in a row, so that a ring ends whose buses have been
given several names."""


def name_of(url: str) -> str:
    """Return the name of a bus by its URL; a private one (``memory:``) gets a unique one.

    >>> name_of("mqtt://user:secret@Field:1883/?qos=1")
    'mqtt://field:1883'
    """
    shown = safe_url(url)
    parts = split_url(url)
    if parts is None or HIDDEN in shown.rpartition("@")[2] or (parts.netloc and ":" in parts.path):
        # not well-formed: a name of its own, which tells nothing
        digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return f"{shown.partition(':')[0].strip('*') or 'bus'}:{digest}"
    if parts.scheme == "memory" and not (parts.netloc or parts.path):
        return f"memory:{uuid.uuid4().hex[:12]}"
    host = parts.netloc.rpartition("@")[2].lower()
    where = f"//{host}{parts.path.rstrip('/')}" if host else parts.path
    return quote(f"{parts.scheme}:{where}", safe=":/[]@._+-", errors="surrogatepass")


def passed(properties: Mapping[str, str]) -> list[str]:
    """Return the buses that a frame has been on."""
    return properties.get(PROPERTY, "").split()


def goes_round(hops: list[str], target: str) -> bool:
    """Return whether a frame with these hops must not be sent to ``target``.

    >>> goes_round(["mqtt://field", "kafka://platform"], "mqtt://field")
    True
    """
    return target in hops or len(hops) >= MOST


def added(hops: list[str], source: str) -> str:
    """Return the property of a frame that leaves ``source``."""
    return " ".join([*hops, source])
