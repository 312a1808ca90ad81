"""What a subscription is to an MQTT broker: client id, session, and topic filters that do not overlap. Pure.

A broker may deliver a message once per matching filter (MQTT 5.0, 3.3.4), and says only sometimes which. So no two
filters of a subscription overlap: where two would, one that covers both replaces them, and what it covers too much is
dropped on arrival. How topics are written (4.7) stands first.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import msgspec

from cimbus.errors import UnsupportedError
from cimbus.middleware.group import patterns_digest
from cimbus.middleware.naming import AddressSyntax, Naming
from cimbus.middleware.net import disjoint_filters
from cimbus.middleware.transport import SubscriptionSpec

from .engine import Will
from .options import MqttOptions, durable_id, random_id, safe

MQTT_SYNTAX: Final = AddressSyntax(
    separator="/",
    escape="%",
    # no wildcards (4.7.1), no $ (4.7.2: the broker's own), no NUL, control or other code points of 1.5.4
    legal=r"[^/%+#$\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]",
    one="+",
    rest="#",
    limit=65_535,  # a UTF-8 encoded string has a length of two octets (1.5.4)
)
MQTT_NAMING: Final = Naming("{context}/{kind}/{noun}/{verb}/{key}", MQTT_SYNTAX)
disjoint = partial(disjoint_filters, MQTT_SYNTAX)
"""Makes filters of which no two match the same topic (``#`` also matches the level above it: 4.7.1.2)."""

RECONNECT_EXPIRY: Final = 300
"""How long the broker keeps a session that is not durable, in seconds, so that a connection which is lost and made
again loses nothing. Five minutes: five times the longest pause between two attempts that the options allow."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """As which client a session connects, and what it subscribes to."""

    client_id: str
    filters: tuple[str, ...] = ()
    durable: bool = False
    """The session exists before and after us; else it begins with us, and ends with us."""
    expiry: int = 0
    """Session Expiry Interval: how long the broker keeps the session while we are not connected (3.1.2.11.2)."""
    receive_maximum: int = 65_535
    """How many QoS 1 and 2 packets may be unacknowledged towards us; this is MQTT's default (3.1.2.11.3)."""
    will: Will | None = None
    guarded: bool = False
    """Another process may connect with the same client id."""


def identity_of(spec: SubscriptionSpec, naming: Naming, options: MqttOptions) -> Identity:
    """Return the identity under which a subscription is made.

    Raises:
        UnsupportedError: it is durable, and the options say QoS 0; or retained messages are wanted, and it is shared.
    """
    shared = bool(options.instance if spec.durable else spec.group)
    if spec.retained and shared:
        raise UnsupportedError(
            "no retained messages are sent to members that share a subscription (MQTT 5.0, 4.8.2): leave group= out, "
            "or use a durable group of one process, without ?instance="
        )
    if not spec.durable:
        return Identity(
            client_id=random_id(),
            filters=filters_of(spec, naming, shared=shared),
            # what a broker keeps for one member of a group that is away would not reach the other members
            expiry=0 if shared else RECONNECT_EXPIRY,
            receive_maximum=spec.credit,
        )
    if not options.qos:
        raise UnsupportedError(
            "a durable subscription needs ?qos=1 or ?qos=2 in the URL: brokers keep nothing at QoS 0"
        )
    return Identity(
        client_id=durable_id(spec.group, patterns_digest(spec.patterns), options.instance),
        filters=filters_of(spec, naming, shared=shared),
        durable=True,
        expiry=options.session_expiry,
        receive_maximum=spec.credit,
        guarded=True,
    )


def filters_of(spec: SubscriptionSpec, naming: Naming, *, shared: bool) -> tuple[str, ...]:
    """Return the filters to subscribe to, with ``$share/<name>/`` in front if they are shared (MQTT 5.0, 4.8.2).

    The name has a digest of the patterns: other patterns may be the same filter, and share nothing.

    >>> from cimbus.interface.topic import Pattern
    >>> from cimbus_mqtt.subscription import MQTT_NAMING
    >>> spec = SubscriptionSpec(patterns=(Pattern(noun="MeterReadings"),), group="mdm")
    >>> filters_of(spec, MQTT_NAMING, shared=True)
    ('$share/mdm-b4ec37f9/+/+/MeterReadings/#',)
    """
    wanted = disjoint(naming.filter(pattern) for pattern in spec.patterns)
    if not shared:
        return wanted
    name = f"{safe(spec.group)}-{patterns_digest(spec.patterns)}"
    return tuple(f"$share/{name}/{one}" for one in wanted)
