"""The options that the URLs of every JMS protocol share, each with its type, bounds and default.

Rule: names and meanings are the same for every protocol. What only STOMP has is ``StompOptions``.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from cimbus.middleware.net import BrokerOptions

DEFAULT_PRIORITY: Final = 4
"""Of a message that gives none (JMS 2.0, 3.4.10)."""


class JmsOptions(BrokerOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of every ``jms+...://``; times are in seconds, sizes in bytes.

    >>> JmsOptions(persistent=False).window
    1024
    """

    persistent: bool = True
    """Frames survive a restart of the broker."""
    priority: Annotated[int, Meta(ge=0, le=9)] = DEFAULT_PRIORITY
    """Of frames without a property JMSPriority; the bounds are those of JMS (JMS 2.0, 3.4.10)."""
    time_to_live: Annotated[float, Meta(ge=0)] = 0.0
    """After how long the broker drops what was not consumed, of frames without a property JMSExpiration; 0: never."""
    selector: str = ""
    """A JMS selector that every subscription has: what it does not select is not received."""
    reject: Literal["accept", "nack"] = "accept"
    """What the broker is told of a rejected frame: that it is done (a bus has dead letters of its own), or that it
    belongs into the broker's dead letter queue."""
    heartbeat: Annotated[float, Meta(ge=0.1)] = 30.0
    """After which silence of the broker a connection is given up; the broker is asked to write more often. 30 s is what
    ActiveMQ's own clients use (wireFormat.maxInactivityDuration)."""
    window: Annotated[int, Meta(ge=1, le=65_535)] = 1_024
    """How many frames may be in flight to the broker."""
    max_body: Annotated[int, Meta(ge=1, le=1 << 30)] = 32 * 1024 * 1024
    """The largest body sent or received."""


class StompOptions(JmsOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may stand behind the ``?`` of ``jms+stomp://`` and ``jms+stomps://``.

    >>> StompOptions(dialect="artemis").priority
    4
    """

    dialect: Literal["", "activemq", "artemis"] = ""
    """Which broker it is: ActiveMQ Classic or Artemis; empty: what it says of itself when we connect."""
    prefetch: Annotated[int, Meta(ge=0)] = 0
    """How many bytes may be on their way to a consumer, which is what Artemis counts; 0: 4096 for each frame of its
    credit. ActiveMQ Classic counts messages, and refuses this option."""
