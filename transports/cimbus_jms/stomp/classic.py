"""ActiveMQ Classic's STOMP, as observed at 5.17. Pure.

* Destinations are ``/topic/NAME`` and ``/queue/NAME``. Only a *queue* is shared by several consumers; every queue
  ``Consumer.NAME.VirtualTopic.X`` gets a copy of what is sent to the topic ``VirtualTopic.X``, also where X has
  wildcards: that is a group, and the reason why our topics begin with ``VirtualTopic.``. Such a queue stays until it is
  deleted in the broker (STOMP cannot do that), and has no selector (what no consumer selects would stay in it).
* A queue keeps the messages of one JMSXGroupID at one consumer for the 1024 groups that it saw last: the credits of all
  members of a group together should not be more.
* A queue that never had a message is not on the broker's disk: after a crash it is gone, and what is sent to its topic
  before a consumer subscribes again is lost. So each consumer sends one message to the queue itself after subscribing.
* What is on its way to a consumer is counted in messages. It returns to the queue, in order, when the connection ends,
  however often: only NACK dead-letters it.
* What fails without a receipt of its own fails later than what comes behind it succeeds, but makes a COMMIT fail.
* An acknowledgement within a transaction is part of it. Names of headers are not unescaped; no header is longer than 10
  KiB.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cimbus.errors import UnsupportedError
from cimbus.middleware.naming import Naming
from cimbus.middleware.net import covering
from cimbus.middleware.transport import SubscriptionSpec
from cimbus_jms.destinations import CLASSIC_NAMING, Destination
from cimbus_jms.options import StompOptions
from cimbus_jms.selector import selector_of

from .dialect import COMMON, SEED_HEADER, Headers, StompSubscription, group_name, selecting

VIRTUAL: Final = "VirtualTopic."
"""What topics begin with whose messages are copied to queues (ActiveMQ: Virtual Destinations)."""


class Classic:
    """ActiveMQ Classic.

    >>> Classic().destination(Destination("topic", "VirtualTopic.X"))
    (('destination', '/topic/VirtualTopic.X'),)
    """

    name = "activemq"
    title = "ActiveMQ Classic"
    naming = CLASSIC_NAMING
    longest_header = 10 * 1024 - 1
    transactional_acks = True
    keeps_keys = True
    modified_utf8 = True
    late_errors = True
    nack_keeps = True
    settles_late = False
    protocol_headers = COMMON | {"original-destination", "browser", "breadcrumbId", "transformation", "JMSXUserID"}
    group = "JMSXGroupID"
    message_id = "message-id"

    def groups(self, naming: Naming) -> bool:
        """Return whether its topics are virtual ones."""
        return naming.template.startswith(VIRTUAL)

    def destination(self, place: Destination) -> Headers:
        """Return ``/topic/NAME`` or ``/queue/NAME``."""
        return (("destination", self.reply_to(place)),)

    def reply_to(self, place: Destination) -> str:
        """Write a destination as SEND does."""
        return place.name if place.literal else f"/{place.kind}/{place.name}"

    def address(self, reply_to: str) -> str:
        """Read a destination; temporary ones stay as they are."""
        if reply_to.startswith("/topic/"):
            return f"topic:{reply_to[7:]}"
        if reply_to.startswith("/queue/"):
            return f"queue:{reply_to[7:]}"
        return f"{'topic' if '-topic/' in reply_to[:20] else 'queue'}:{reply_to}"

    def topic(self, headers: Mapping[str, str]) -> str:
        """Return where it was sent to originally, before it was copied to a group's queue."""
        found = headers.get("original-destination") or headers.get("destination", "")
        return found.removeprefix("/topic/").removeprefix("/queue/")

    def identity(self, headers: Mapping[str, str]) -> str:
        """Return its message-id."""
        return headers.get("message-id", "")

    def subscription(self, spec: SubscriptionSpec, naming: Naming, options: StompOptions) -> StompSubscription:
        """Return a topic, or the queue that a virtual topic is copied to."""
        if options.prefetch:
            raise UnsupportedError(
                "?prefetch= counts bytes, as Artemis does; ActiveMQ Classic counts messages (the credit): leave it out"
            )
        wanted = naming.filter(covering(spec.patterns))
        prefetch = ("activemq.prefetchSize", str(spec.credit))
        if not spec.group:
            selector = selector_of(spec.patterns, naming, options.selector)
            return StompSubscription(subscribe=(("destination", f"/topic/{wanted}"), prefetch, *selecting(selector)))
        if not self.groups(naming):
            raise UnsupportedError(
                f"ActiveMQ Classic has groups only for topics below {VIRTUAL}: begin ?template= with it"
            )
        if options.selector:
            raise UnsupportedError(
                "what ?selector= does not select would stay in a group's queue at ActiveMQ Classic: leave out the "
                "selector or the group"
            )
        name = f"Consumer.{group_name(spec, wanted)}.{wanted}"
        queue = ("destination", f"/queue/{name}")
        return StompSubscription(
            name=name,
            subscribe=(queue, prefetch),
            stays=not spec.durable,
            seed=(queue, ("persistent", "true"), (SEED_HEADER, "true")),
        )
