"""ActiveMQ Artemis's STOMP, as observed at 2.40. Pure.

* Destinations are bare names, and a header says of what kind they are (``/topic/`` would depend on the acceptor). A
  durable subscription is a queue ``CLIENT.NAME`` of its address, which all consumers share that give the same names; it
  is deleted when it has no consumer and one asks for that.
* What is on its way to a consumer is counted in bytes. It returns to the queue, in order, when the consumer
  unsubscribes, and nothing is counted then. When a connection ends otherwise, the first message of it counts as a
  failed delivery; after ten of them (``max-delivery-attempts``) it goes to the dead letter address, if there is one.
* The messages of one JMSXGroupID go to one consumer, until that leaves. What it returns then comes too late if the
  broker has acknowledgements of that connection on their way to its disk: others may get what is behind it first. So a
  consumer that leaves waits for a receipt before UNSUBSCRIBE.
* When a connection breaks, the broker clears it away in two places at once, and can lose sight of the first message
  that was not acknowledged there: seldom (once in 150 such ends), and until the broker restarts.
* An acknowledgement is never part of a transaction.
* A consumer that leaves gives up its message groups before the broker has back what was on its way to it: in between, a
  later message of a group may go to another member first. STOMP cannot stop what is on its way before (AMQP can).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cimbus.middleware.naming import Naming
from cimbus.middleware.net import covering
from cimbus.middleware.transport import SubscriptionSpec
from cimbus_jms.destinations import ARTEMIS_NAMING, Destination
from cimbus_jms.options import StompOptions
from cimbus_jms.selector import selector_of

from .dialect import COMMON, Headers, StompSubscription, group_name, selecting

CLIENT: Final = "cimbus"
"""The client id of groups, which is the first part of their queues' names."""
BYTES_PER_FRAME: Final = 4_096
"""What a frame is assumed to take at the broker. Our own choice: an event of 2 kB, and as much for its properties."""
MAX_WINDOW: Final = 64 * 1024 * 1024
"""However large the credit: two bodies of the largest size by default."""


class Artemis:
    """ActiveMQ Artemis.

    >>> Artemis().destination(Destination("topic", "X"))
    (('destination', 'X'), ('destination-type', 'MULTICAST'))
    """

    name = "artemis"
    title = "ActiveMQ Artemis"
    naming = ARTEMIS_NAMING
    longest_header = 0
    transactional_acks = False
    keeps_keys = False
    modified_utf8 = False
    late_errors = False
    nack_keeps = False
    settles_late = True
    protocol_headers = COMMON | {"destination-type", "_AMQ_GROUP_ID", "subscription-type"}
    group = "_AMQ_GROUP_ID"
    message_id = ""  # message-id is a number of the broker's own

    def groups(self, naming: Naming) -> bool:  # noqa: ARG002  # as the protocol has it
        """Return True: they always can."""
        return True

    def destination(self, place: Destination) -> Headers:
        """Return the bare name, and of what kind it is."""
        name, kind = place.name, place.kind
        if name.startswith(("temp-queue://", "temp-topic://")):
            kind, name = ("queue", name[13:]) if name.startswith("temp-q") else ("topic", name[13:])
        elif place.literal:
            return (("destination", name),)
        return (("destination", name), ("destination-type", "MULTICAST" if kind == "topic" else "ANYCAST"))

    def reply_to(self, place: Destination) -> str:
        """Write a URL, as its JMS clients do."""
        return place.name if place.literal else f"{place.kind}://{place.name}"

    def address(self, reply_to: str) -> str:
        """Read a URL, or what a client of STOMP wrote there."""
        kind, sign, name = reply_to.partition("://")
        if sign and kind in ("topic", "queue"):
            return f"{kind}:{name}"
        if sign or reply_to.startswith("/"):
            return f"{'topic' if 'topic' in reply_to[:12] else 'queue'}:{reply_to}"
        return f"queue:{reply_to}"

    def topic(self, headers: Mapping[str, str]) -> str:
        """Return where it was sent to, without a prefix that a sender may have used."""
        return headers.get("destination", "").removeprefix("/topic/").removeprefix("topic://")

    def identity(self, headers: Mapping[str, str]) -> str:
        """Return what is behind the comma of message-id; before it is the consumer."""
        return headers.get("message-id", "").rpartition(",")[2]

    def subscription(self, spec: SubscriptionSpec, naming: Naming, options: StompOptions) -> StompSubscription:
        """Return a queue of the address: a private one, or one with a name."""
        wanted = naming.filter(covering(spec.patterns))
        selector = selector_of(spec.patterns, naming, options.selector)
        window = options.prefetch or min(spec.credit * BYTES_PER_FRAME, MAX_WINDOW)
        subscribe = (
            ("destination", wanted),
            ("subscription-type", "MULTICAST"),
            ("consumer-window-size", str(window)),
            *selecting(selector),
        )
        if not spec.group:
            return StompSubscription(subscribe=subscribe)
        name = group_name(spec, wanted, selector)
        named = (("durable-subscription-name", name),)
        return StompSubscription(
            name=f"{CLIENT}.{name}",
            connect=(("client-id", CLIENT),),
            subscribe=subscribe + named,
            forget=() if spec.durable else named,
        )
