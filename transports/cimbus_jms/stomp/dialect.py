"""What is special at one broker of STOMP; ``classic`` and ``artemis`` are one each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

import msgspec

from cimbus.middleware.group import patterns_digest
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import escaped
from cimbus.middleware.transport import SubscriptionSpec
from cimbus_jms.destinations import Destination
from cimbus_jms.options import StompOptions

Headers = tuple[tuple[str, str], ...]

SEED_HEADER: Final = "Cim_Seed"
"""The header of a message without a reader: it only makes the broker keep a queue (``StompSubscription.seed``)."""

COMMON: Final = frozenset(
    (
        *("ack", "content-length", "content-type", "correlation-id", "destination", "expires", "message-id"),
        *("persistent", "priority", "receipt", "redelivered", "reply-to", "subscription", "timestamp", "transaction"),
        *("type", "JMSXGroupID", "JMSXGroupSeq"),
    )
)
"""Headers of MESSAGE that are not properties, at any broker."""


class StompSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """What one ``SubscriptionSpec`` is to a broker.

    Attributes:
        name: under which the broker keeps it; empty: it ends with its connection.
        connect: headers of CONNECT.
        subscribe: headers of SUBSCRIBE.
        forget: headers of an UNSUBSCRIBE that ends what would outlive us, unless others use it; empty: there is none.
        seed: headers of a SEND that makes a queue survive a crash of the broker before its first message; empty: none
            is needed.
        stays: the broker keeps it until it is deleted there, although it need not be durable.
    """

    name: str = ""
    connect: Headers = ()
    subscribe: Headers
    forget: Headers = ()
    seed: Headers = ()
    stays: bool = False


class Dialect(Protocol):
    """How one broker speaks STOMP."""

    name: str
    title: str
    naming: Naming
    longest_header: int
    """In octets, name and value together; 0: without limit."""
    transactional_acks: bool
    """An ACK can be part of a transaction."""
    keeps_keys: bool
    """What a member that leaves has not settled reaches another one before later messages of the same keys do."""
    modified_utf8: bool
    """Texts are passed on in Java's modified UTF-8."""
    late_errors: bool
    """An ERROR may come after the receipt of a later frame, except within a transaction."""
    protocol_headers: frozenset[str]
    """Headers of MESSAGE that are not properties."""
    group: str
    """The header of MESSAGE that holds JMSXGroupID."""
    nack_keeps: bool
    """NACK puts a message into the broker's dead letters; else it is lost with it."""
    message_id: str
    """The header of MESSAGE that holds JMSMessageID; empty: STOMP does not show it."""
    settles_late: bool
    """After an UNSUBSCRIBE while acknowledgements are on their way to the disk, messages return out of order."""

    def groups(self, naming: Naming) -> bool:
        """Whether consumers can share a subscription to topics that are written so."""
        ...

    def destination(self, place: Destination) -> Headers:
        """Return the headers of a SEND to a destination."""
        ...

    def reply_to(self, place: Destination) -> str:
        """Return how a destination is written in reply-to."""
        ...

    def address(self, reply_to: str) -> str:
        """Return the literal address for a reply-to that came."""
        ...

    def topic(self, headers: Mapping[str, str]) -> str:
        """Return the name of the topic that a MESSAGE was sent to."""
        ...

    def identity(self, headers: Mapping[str, str]) -> str:
        """Return what a MESSAGE is recognized by when it is redelivered."""
        ...

    def subscription(self, spec: SubscriptionSpec, naming: Naming, options: StompOptions) -> StompSubscription:
        """Return what a subscription is at this broker.

        Raises:
            UnsupportedError: there is no such subscription.
        """
        ...


def selecting(selector: str) -> Headers:
    """Return the header of a selector, if there is one.

    >>> selecting("Area = 'north'"), selecting("")
    ((('selector', "Area = 'north'"),), ())
    """
    return (("selector", selector),) if selector else ()


def group_name(spec: SubscriptionSpec, *parts: str) -> str:
    """Return a group's name at the broker: with other patterns or another filter it has another name.

    >>> from cimbus.interface.topic import Pattern
    >>> group_name(SubscriptionSpec(patterns=(Pattern(),), group="oms"), "PRODUCTION.>")
    'oms-efc8c0ef'
    """
    digest = patterns_digest(spec.patterns, *parts, "durable" if spec.durable else "")
    return f"{escaped(spec.group)}-{digest}"
