"""The options of a ``jms+stomp`` URL that other wires do not have."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from cimbus_jms.options import Options


class StompOptions(Options, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of ``jms+stomp://`` and ``jms+stomps://``."""

    dialect: Literal["", "activemq", "artemis"] = ""
    """Which broker it is: ActiveMQ Classic or Artemis; empty: what it says of itself when we connect."""
    prefetch: Annotated[int, Meta(ge=0)] = 0
    """How many bytes may be on their way to an inbox, which is what Artemis counts; 0: 4096 for each frame of its
    credit."""
