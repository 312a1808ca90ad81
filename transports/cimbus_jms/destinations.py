"""Where messages go on JMS brokers: topics and queues, as our naming and as Java peers write them. Pure.

A literal address (``Frame.address``, ReplyAddress) is ``topic:NAME``, ``queue:NAME``, or ``NAME`` alone, which is a
topic. What a broker calls a temporary destination of a requester is passed on as it is: ``queue:`` or ``topic:`` with
the broker's own spelling behind it (``queue:/remote-temp-queue/ID:host-1``, ``queue:temp-queue://6f1c``), which is
recognized by its ``/`` or ``://``. Such an address reaches its requester when it is used as ``Frame.address``.

Brokers differ in one wildcard, and ActiveMQ Classic has subscriptions with several members only below
``VirtualTopic.``: so there is a naming for each.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from cimbus.middleware.naming import AddressSyntax, Naming

Kind = Literal["topic", "queue"]

JMS_SYNTAX: Final = AddressSyntax(separator=".", escape="_", legal="[A-Za-z0-9-]", one="*", rest=">", limit=1_024)
"""JMS itself prescribes nothing. These characters need no quoting at any broker known; ``*`` and ``>`` are the
wildcards of ActiveMQ Classic, and the limit is ours: long enough for any name, short enough for every store."""
ARTEMIS_SYNTAX: Final = msgspec.structs.replace(JMS_SYNTAX, rest="#")
JMS_NAMING: Final = Naming("{CONTEXT}.{KIND}.{noun}.{verb}", JMS_SYNTAX)
ARTEMIS_NAMING: Final = Naming(JMS_NAMING.template, ARTEMIS_SYNTAX)
CLASSIC_NAMING: Final = Naming(f"VirtualTopic.{JMS_NAMING.template}", JMS_SYNTAX)

_OWN_SPELLING = re.compile(r"/|[a-z][a-z-]*://")
_WILD = re.compile(r"[*>#,?\0\r\n]")


class Destination(msgspec.Struct, frozen=True):
    """A topic or a queue, by the name that the broker has for it.

    >>> str(Destination("queue", "ORDERS"))
    'queue:ORDERS'
    """

    kind: Kind
    name: str

    @property
    def literal(self) -> bool:
        """Whether the name is in the broker's own spelling, to be used as it is."""
        return _OWN_SPELLING.match(self.name) is not None

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


def read_address(text: str) -> Destination:
    """Read a literal address; one without a prefix is a topic.

    Raises:
        ValueError: it is empty, or nothing that can be sent to.

    >>> read_address("queue:ORDERS").kind, read_address("PRODUCTION.EVENTS.X.created").kind
    ('queue', 'topic')
    """
    kind: Kind = "topic"
    name = text
    if text.startswith("queue:"):
        kind, name = "queue", text[6:]
    elif text.startswith("topic:"):
        name = text[6:]
    if not name or (_WILD.search(name) and not _OWN_SPELLING.match(name)):
        raise ValueError(f"not a destination that can be sent to: {text!r}")
    return Destination(kind, name)
