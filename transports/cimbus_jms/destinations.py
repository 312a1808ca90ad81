"""Where messages go on JMS brokers: topics and queues, as our naming and as Java peers write them. Pure.

A literal address (``Frame.address``, ReplyAddress) is ``topic:NAME``, ``queue:NAME``, or ``NAME`` alone, which is a
topic. What a broker calls a temporary destination of a requester is passed through as it is: ``queue:`` or ``topic:``
with the broker's own spelling behind it (``queue:/remote-temp-queue/ID:host-1``, ``queue:temp-queue://6f1c``), which is
marked by its ``/`` or ``://``. Such an address reaches its requester when it is given back as ``Frame.address``.

Brokers differ in one wildcard, and ActiveMQ Classic knows subscriptions with several members only below
``VirtualTopic.``: hence a naming for each.
"""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec

from cimbus.errors import UsageError
from cimbus.naming import JMS_FAMILY, JMS_NAMING, Family, Naming

Kind = Literal["topic", "queue"]

ARTEMIS_FAMILY: Final = Family(
    separator=JMS_FAMILY.separator,
    escape=JMS_FAMILY.escape,
    legal=JMS_FAMILY.legal,
    one="*",
    rest="#",
    limit=JMS_FAMILY.limit,
)
ARTEMIS_NAMING: Final = Naming(JMS_NAMING.template, ARTEMIS_FAMILY)
CLASSIC_NAMING: Final = Naming(f"VirtualTopic.{JMS_NAMING.template}", JMS_FAMILY)

_OWN_SPELLING = re.compile(r"/|[a-z][a-z-]*://")
_WILD = re.compile(r"[*>#,?\0\r\n]")


class Destination(msgspec.Struct, frozen=True):
    """A topic or a queue, by the name that the broker has for it."""

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


def naming_of(template: str, default: Naming) -> Naming:
    """Return the naming of a template given as an option; empty: the default.

    Raises:
        UsageError: it is no template for JMS.
    """
    if not template:
        return default
    try:
        return Naming(template, default.family)
    except ValueError as exc:
        raise UsageError(f"the option template: {exc}") from exc
