"""ActiveMQ Classic's STOMP, as seen at 5.17. Pure.

* Destinations are ``/topic/NAME`` and ``/queue/NAME``. Several consumers share a *queue* only; every queue
  ``Consumer.NAME.VirtualTopic.X`` gets a copy of what is sent to the topic ``VirtualTopic.X``, also where X has
  wildcards: that is a group, and the reason why our topics begin with ``VirtualTopic.``. Such a queue is there for ever
  (STOMP cannot delete it), and has no selector (what nobody selects would stay in it).
* A queue keeps the messages of one JMSXGroupID at one consumer for the 1024 groups that it saw last: the credits of all
  members of a group together should not be more.
* A queue that never had a message is not on the broker's disk: after a crash there is none, and what is sent to its
  topic before a consumer comes again is lost. So whoever subscribes sends one message to the queue itself.
* What is on its way to a consumer is counted in messages. It comes back to the queue, in order, when the connection
  ends, however often: only NACK makes it a dead letter.
* What fails without a receipt of its own fails later than what comes behind it succeeds, but makes a COMMIT fail.
* An acknowledgement within a transaction is part of it. Names of headers are not unescaped; none is longer than 10 KiB.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cimbus.errors import UnsupportedError
from cimbus.naming import Naming
from cimbus.transport import Intake
from cimbus_jms.destinations import CLASSIC_NAMING, Destination
from cimbus_jms.selecting import covering, selector_of

from .dialect import COMMON, FOUNDING, Headers, Subscription, group_name, selecting
from .options import StompOptions

VIRTUAL: Final = "VirtualTopic."


class Classic:
    """ActiveMQ Classic."""

    name = "activemq"
    title = "ActiveMQ Classic"
    naming = CLASSIC_NAMING
    longest_header = 10 * 1024 - 1
    transactional_acks = True
    keeps_keys = True
    modified_utf8 = True
    late_errors = True
    settles_late = False
    ours = COMMON | {"original-destination", "browser", "breadcrumbId", "transformation", "JMSXUserID"}
    group = "JMSXGroupID"

    def groups(self, naming: Naming) -> bool:
        """Return whether its topics are virtual ones."""
        return naming.template.startswith(VIRTUAL)

    def destination(self, place: Destination) -> Headers:
        """Return ``/topic/NAME`` or ``/queue/NAME``."""
        return (("destination", self.reply_to(place)),)

    def reply_to(self, place: Destination) -> str:
        """Return the same."""
        return place.name if place.literal else f"/{place.kind}/{place.name}"

    def address(self, reply_to: str) -> str:
        """Leave temporary destinations as they are."""
        if reply_to.startswith("/topic/"):
            return f"topic:{reply_to[7:]}"
        if reply_to.startswith("/queue/"):
            return f"queue:{reply_to[7:]}"
        return f"{'topic' if '-topic/' in reply_to[:20] else 'queue'}:{reply_to}"

    def topic(self, headers: Mapping[str, str]) -> str:
        """Return where it was sent to in the first place, before it was copied to a group's queue."""
        found = headers.get("original-destination") or headers.get("destination", "")
        return found.removeprefix("/topic/").removeprefix("/queue/")

    def identity(self, headers: Mapping[str, str]) -> str:
        """Return its message-id."""
        return headers.get("message-id", "")

    def subscription(self, intake: Intake, naming: Naming, options: StompOptions) -> Subscription:
        """Ask for a topic, or for the queue that a virtual topic is copied to."""
        wanted = naming.filter(covering(intake.patterns))
        prefetch = ("activemq.prefetchSize", str(intake.credit))
        if not intake.group:
            selector = selector_of(intake.patterns, naming, options.selector)
            return Subscription(subscribe=(("destination", f"/topic/{wanted}"), prefetch, *selecting(selector)))
        if not self.groups(naming):
            raise UnsupportedError(
                f"ActiveMQ Classic has groups only for topics below {VIRTUAL}: begin ?template= with it"
            )
        if options.selector:
            raise UnsupportedError(
                "what ?selector= does not select would stay in a group's queue at ActiveMQ Classic: leave out either"
            )
        name = f"Consumer.{group_name(intake, wanted)}.{wanted}"
        queue = ("destination", f"/queue/{name}")
        return Subscription(
            name=name,
            subscribe=(queue, prefetch),
            stays=not intake.durable,
            found=(queue, ("persistent", "true"), (FOUNDING, "true")),
        )
