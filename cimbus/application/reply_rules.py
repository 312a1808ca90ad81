"""Where a reply may be sent: a requester names the destination, and must not make us publish anywhere else.

Rules: topics of replies and a requester's temporary destination are always allowed. Anything else (an event topic, a
queue of another application) is allowed by ``Bus(reply_to=[patterns])`` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

from cimbus.interface.topic import Kind, Topic

_TEMPORARY: Final = re.compile(
    r"(queue:|topic:)?(/?(remote-)?temp-(queue|topic)|ID:|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$)"
)
"""How brokers name the temporary destinations of JMS 1.1, 4.4.3: ``temp-queue://`` and ``/remote-temp-queue/`` over
STOMP, ``ID:`` and the connection at ActiveMQ Classic, a UUID at Artemis."""


class ReplyRules:
    """The destinations that replies may be sent to.

    >>> rules = ReplyRules(["queue:REPLIES.*"])
    >>> rules.allow(Topic("production", "replies", "MeterReadings", "reply"), "queue:REPLIES.MDM")
    True
    >>> rules.allow(Topic("production", "events", "EndDeviceEvents", "created"), None)
    False

    Args:
        patterns: an address, or several, as requesters write them, with ``*``, ``?`` and ``[...]`` as in file names.
    """

    def __init__(self, patterns: str | Iterable[str] = ()) -> None:
        self._patterns = (patterns,) if isinstance(patterns, str) else tuple(patterns)

    def allow(self, topic: Topic, address: str | None, asked: str | None = None) -> bool:
        """Return whether a reply may go there.

        Args:
            topic: where it goes, if ``address`` is None.
            address: a literal destination that is no topic of ours, or None.
            asked: the ReplyAddress as the requester wrote it.
        """
        if address is None and topic.kind == Kind.replies:
            return True
        if address is not None and _TEMPORARY.match(address):
            return True
        return any(fnmatchcase(address or asked or "", pattern) for pattern in self._patterns)
