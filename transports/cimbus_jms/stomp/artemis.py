"""ActiveMQ Artemis's STOMP, as seen at 2.40. Pure.

* Destinations are bare names, and a header says of what kind they are (``/topic/`` would depend on the acceptor). A
  durable subscription is a queue ``CLIENT.NAME`` of its address, which as many consumers may share as give the same
  names; it is deleted when nobody consumes and somebody says so.
* What is on its way to a consumer is counted in bytes. It comes back to the queue, in order, when the consumer
  unsubscribes, and nothing is counted then. When a connection ends otherwise, the first message of it counts as
  delivered in vain; after ten times (``max-delivery-attempts``) it goes to the dead letter address, if there is one.
* The messages of one JMSXGroupID go to one consumer, until that leaves. What it gives back then comes too late if the
  broker has acknowledgements of that connection on their way to its disk: others may get what is behind it first. So
  whoever leaves waits for a receipt before UNSUBSCRIBE.
* When a connection breaks, the broker clears it away in two places at once, and can lose sight of the first message
  that was not acknowledged there: seldom (once in 150 such ends), and until the broker starts again.
* An acknowledgement is never part of a transaction.
* A consumer that leaves gives up its message groups before the broker has back what was on its way to it: in between, a
  later message of a group may go to another member first. STOMP cannot stop what is on its way before (AMQP can).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cimbus.naming import Naming
from cimbus.transport import Intake
from cimbus_jms.destinations import ARTEMIS_NAMING, Destination
from cimbus_jms.selecting import covering, selector_of

from .dialect import COMMON, Headers, Subscription, group_name, selecting
from .options import StompOptions

CLIENT: Final = "cimbus"
"""The client id of groups, which is the first part of their queues' names."""
BYTES_PER_FRAME: Final = 4_096
MOST_BYTES: Final = 64 * 1024 * 1024


class Artemis:
    """ActiveMQ Artemis."""

    name = "artemis"
    title = "ActiveMQ Artemis"
    naming = ARTEMIS_NAMING
    longest_header = 0
    transactional_acks = False
    keeps_keys = False
    modified_utf8 = False
    late_errors = False
    settles_late = True
    ours = COMMON | {"destination-type", "_AMQ_GROUP_ID", "subscription-type"}
    group = "_AMQ_GROUP_ID"

    def groups(self, naming: Naming) -> bool:  # noqa: ARG002  # as the protocol has it
        """Return that they always can."""
        return True

    def destination(self, place: Destination) -> Headers:
        """Return the bare name, and what kind it is."""
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
        """Read a URL, or whatever a client of STOMP has put there."""
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

    def subscription(self, intake: Intake, naming: Naming, options: StompOptions) -> Subscription:
        """Ask for a queue of the address, of our own or by name."""
        wanted = naming.filter(covering(intake.patterns))
        selector = selector_of(intake.patterns, naming, options.selector)
        window = options.prefetch or min(intake.credit * BYTES_PER_FRAME, MOST_BYTES)
        subscribe = (
            ("destination", wanted),
            ("subscription-type", "MULTICAST"),
            ("consumer-window-size", str(window)),
            *selecting(selector),
        )
        if not intake.group:
            return Subscription(subscribe=subscribe)
        name = group_name(intake, wanted, selector)
        named = (("durable-subscription-name", name),)
        return Subscription(
            name=f"{CLIENT}.{name}",
            connect=(("client-id", CLIENT),),
            subscribe=subscribe + named,
            forget=() if intake.durable else named,
        )
