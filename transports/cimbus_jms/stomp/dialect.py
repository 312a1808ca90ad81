"""What a broker of STOMP has for itself, where brokers differ; ``classic`` and ``artemis`` are one each. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, Protocol

import msgspec

from cimbus.naming import Naming
from cimbus.transport import Intake
from cimbus_jms.destinations import Destination
from cimbus_jms.options import escaped

from .options import StompOptions

Headers = tuple[tuple[str, str], ...]

FOUNDING: Final = "Cim_Founding"
"""The header of a message that is nobody's: it only made the broker keep a queue."""

COMMON: Final = frozenset(
    (
        *("ack", "content-length", "content-type", "correlation-id", "destination", "expires", "message-id"),
        *("persistent", "priority", "receipt", "redelivered", "reply-to", "subscription", "timestamp", "transaction"),
        *("type", "JMSXGroupID", "JMSXGroupSeq"),
    )
)
"""Headers of MESSAGE that are no properties, at any broker."""


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a broker for one intake.

    Attributes:
        name: under which the broker keeps it; empty: it ends with its connection.
        connect: headers of CONNECT.
        subscribe: headers of SUBSCRIBE.
        forget: headers of an UNSUBSCRIBE that ends what would outlive us, if nobody else uses it; empty: there is none.
        stays: the broker keeps it for ever, though nobody asked for that.
    """

    name: str = ""
    connect: Headers = ()
    subscribe: Headers
    forget: Headers = ()
    found: Headers = ()
    stays: bool = False


class Dialect(Protocol):
    """One broker's way."""

    name: str
    title: str
    naming: Naming
    longest_header: int
    """In octets, name and value together; 0: no matter."""
    transactional_acks: bool
    keeps_keys: bool
    """A member that leaves hands its messages over before later ones of their keys go to others."""
    modified_utf8: bool
    """Texts are passed on as Java keeps them."""
    late_errors: bool
    """An ERROR may come after the receipt of something that was sent later, except within a transaction."""
    ours: frozenset[str]
    """Headers of MESSAGE that are no properties."""
    group: str
    """The header of MESSAGE that holds JMSXGroupID."""

    settles_late: bool
    """Who unsubscribes while acknowledgements are on their way to the disk gives back out of order."""

    def groups(self, naming: Naming) -> bool:
        """Whether consumers can share a subscription to topics that are written so."""
        ...

    def destination(self, place: Destination) -> Headers:
        """Return the headers that send something there."""
        ...

    def reply_to(self, place: Destination) -> str:
        """Return how a destination is written in reply-to."""
        ...

    def address(self, reply_to: str) -> str:
        """Return the literal address for what came in reply-to."""
        ...

    def topic(self, headers: Mapping[str, str]) -> str:
        """Return the name of the topic that a MESSAGE was sent to."""
        ...

    def identity(self, headers: Mapping[str, str]) -> str:
        """Return what a MESSAGE is known by when it comes again."""
        ...

    def subscription(self, intake: Intake, naming: Naming, options: StompOptions) -> Subscription:
        """Return what to ask for.

        Raises:
            UnsupportedError: there is no such subscription.
        """
        ...


def selecting(selector: str) -> Headers:
    """Return the header of a selector, if there is one."""
    return (("selector", selector),) if selector else ()


def group_name(intake: Intake, *parts: str) -> str:
    """Return a group's name at the broker: another one for another filter, which would be another subscription."""
    text = "\0".join((*parts, "durable" if intake.durable else ""))
    return f"{escaped(intake.group)}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
