"""A broker where a Java client and cimbus meet: who they are, and how the one's places are called by the other.

Rule: no name of a destination is written here; what cimbus calls a topic is asked from its transport.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, TypeVar

import anyio
import anyio.to_thread

from cimbus import Bus, Kind, Message, Subscription, Topic, Transport
from cimbus.testing.brokers import ActiveMQBroker, ArtemisBroker

from .peer import Peer

T = TypeVar("T")
Wire = Literal["stomp", "amqp"]
PATIENCE: Final = 60.0
"""For what has been sent to arrive, in seconds."""


class Pair(NamedTuple):
    """A broker, a Java client, a wire of cimbus."""

    broker: str
    java: str
    wire: Wire

    def __str__(self) -> str:
        return "-".join(self)


MEETINGS: Final = (
    Pair("activemq", "openwire", "stomp"),
    Pair("artemis", "core", "stomp"),
    Pair("artemis", "core", "amqp"),
    Pair("artemis", "qpid", "amqp"),
)


class Place(NamedTuple):
    """A broker that runs and the Java clients that are connected to it."""

    broker: ActiveMQBroker | ArtemisBroker
    peers: Mapping[str, Peer]

    def restart(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Kill the broker, start it again, and let the Java clients connect anew."""
        self.broker.kill()
        meanwhile()
        self.broker.start()
        for peer in self.peers.values():
            peer.connect()


class Meeting(NamedTuple):
    """One pair at its place."""

    place: Place
    java: str
    wire: Wire

    @property
    def peer(self) -> Peer:
        """The Java client."""
        return self.place.peers[self.java]

    def bus(self, context: str | None, *, reply_to: Sequence[str] = (), **options: Any) -> Bus:
        """Make a bus of an application here; its dead letters are in memory."""
        broker = self.place.broker
        url = broker.url(wire=self.wire, **options) if isinstance(broker, ArtemisBroker) else broker.url(**options)
        return Bus(_transport(self.wire, url), source="CIMBUS", context=context, reply_to=reply_to)


def _transport(wire: Wire, url: str) -> Transport:
    if wire == "amqp":
        from cimbus_jms.amqp import AmqpTransport

        return AmqpTransport.from_url(url)
    from cimbus_jms.stomp import StompTransport

    return StompTransport.from_url(url)


def new_context() -> str:
    """Return a Header.Context that no other test has."""
    return f"test{uuid.uuid4().hex[:12]}"


def place_of(bus: Bus, noun: str, verb: str, kind: str = Kind.events) -> str:
    """Return where an open bus has a topic, as Java is told it; a transport may learn that from its broker."""
    topic = Topic(bus.context or "production", str(kind), noun, verb)
    return f"topic:{bus.transport.naming.address(topic)}"


async def java(call: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """Let Java do something that takes its time."""
    return await anyio.to_thread.run_sync(lambda: call(*arguments, **options))


async def take(subscription: Subscription[T], count: int) -> list[Message[T]]:
    """Return the next messages, accepted.

    Raises:
        TimeoutError: they do not come.
    """
    found: list[Message[T]] = []
    with anyio.fail_after(PATIENCE):
        while len(found) < count:
            async with await subscription.receive() as message:
                found.append(message)
    return found
