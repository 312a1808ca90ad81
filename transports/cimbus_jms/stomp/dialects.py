"""The brokers whose STOMP we know, and how they are told apart. Pure."""

from __future__ import annotations

from typing import Final

from .artemis import Artemis
from .classic import Classic
from .dialect import Dialect

DIALECTS: Final[dict[str, Dialect]] = {"activemq": Classic(), "artemis": Artemis()}


def detect(server: str) -> Dialect | None:
    """Return the dialect of a broker by the ``server`` header of its CONNECTED; None: we do not know it."""
    product = server.partition("/")[0].lower()
    if product == "activemq-artemis":
        return DIALECTS["artemis"]
    return DIALECTS["activemq"] if product == "activemq" else None
