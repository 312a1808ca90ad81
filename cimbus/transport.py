"""The one page that the author of a transport reads.

A transport moves ``Frame``s over one middleware. It does not know what is in them. Two protocols, five calls:

* ``Transport.send(frames)`` returns when the middleware **has** every frame (on disk, where it has one), with one
  result per frame. It waits through a lost connection, for as long as the caller lets it; it never drops.
* ``Transport.listen(intake)`` opens an ``Inbox``. When the block is entered, the subscription **exists**: what is
  sent after that is received.
* ``Inbox.receive()`` returns the next batch, at least one delivery, as soon as there is one.
* A delivery is settled by calling its methods, which only note the outcome; the inbox writes what was noted soon,
  in batches, and everything that was noted before its block ends.
* Leaving a block drains: notes are written, unsettled deliveries go back to the middleware (or stay there).

The rules a reader may rely on:

1. Nothing counts as handled until its delivery is accepted or rejected. Cancellation settles nothing.
2. Frames of one key sent by one caller one after the other are received in that order by any one consumer; within a
   group (``keyed_groups``), the frames of one key are not spread over several consumers at the same time.
3. At most ``intake.credit`` deliveries are unsettled at any time; the protocol reader never waits for a handler.
4. A lost connection is found again for ever, with jittered pauses, and every inbox goes on by itself; ``ready`` is
   False meanwhile. Only the first connection may fail, with ``ConnectError``.
5. What a middleware cannot do is False in ``traits``, and asking for it raises ``UnsupportedError`` at once.

``cimbus.testing.TransportContract`` holds a transport to all of this. A transport is found by its URL's
scheme, through the entry-point group ``cimbus.transports``; ``cls.from_url(url)`` makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, Self

import msgspec

from .delivery import Delivery
from .frame import Frame
from .naming import Naming
from .topic import Pattern


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """What a middleware can do; the contract suite tests a promise exactly where it is made."""

    durable: bool
    """A durable group's backlog survives while all its members are away."""
    persistent: bool
    """What was sent to a durable group survives the death of every process involved (the broker included)."""
    groups: bool
    """Several consumers can share one subscription, each frame going to one of them."""
    keyed_groups: bool
    """Groups of several keep rule 2: the frames of one key are not spread over consumers at the same time, and what one
    that leaves has not settled goes to those that stay. False: one consumer alone keeps the order, several may not."""
    redelivers: bool
    """A released delivery comes back by itself while the inbox stays open."""
    counts_attempts: bool
    """``Delivery.attempt`` grows with each redelivery (else it only tells first from not first)."""
    multi_process: bool
    """Sender and receiver may be different processes."""
    max_body: int
    """Largest body in bytes that ``send`` takes."""
    properties: bool = True
    """Frames arrive with the properties that they were sent with; False: with those that the topic tells."""


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What an inbox wants to hear, and as whom.

    ``group`` empty: a private copy of everything that matches, from now on. Named: consumers with the same group share
    the stream, each frame going to one of them, and all of them give the same patterns. ``durable`` (needs a
    group): the subscription outlives its consumers, and they find on return what came meanwhile.
    ``credit``: how many deliveries may be unsettled at once (a window, and the bound on memory).

    Raises:
        ValueError: no pattern, a durable intake without a group, or a credit below 1.
    """

    patterns: tuple[Pattern, ...]
    group: str = ""
    durable: bool = False
    credit: int = 256

    def __post_init__(self) -> None:
        if not self.patterns:
            raise ValueError("an intake needs at least one pattern; Pattern() matches everything")
        if self.durable and not self.group:
            raise ValueError("a durable intake needs a group: the name under which its backlog is kept")
        if self.credit < 1:
            raise ValueError("credit is the number of unsettled deliveries allowed: at least 1")


class Inbox(Protocol):
    """Where the frames of one intake arrive."""

    async def receive(self) -> Sequence[Delivery[Frame]]:
        """Wait for the next batch and return it, in order, never empty.

        Raises:
            ClosedError: the inbox was closed, or its subscription cannot be kept (the reason is said).
        """
        ...


class Transport(Protocol):
    """One middleware, connected."""

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make a transport from its URL; nothing is connected yet.

        Raises:
            UsageError: the URL has an unknown option or an impossible value; the message lists the options.
        """
        ...

    @property
    def traits(self) -> Traits:
        """What this middleware can do."""
        ...

    @property
    def naming(self) -> Naming:
        """How topics are written on this middleware."""
        ...

    @property
    def ready(self) -> bool:
        """Whether the middleware can be reached now."""
        ...

    async def __aenter__(self) -> Self:
        """Connect.

        Raises:
            ConnectError: the middleware cannot be reached, or refuses us.
        """
        ...

    async def __aexit__(self, *exc_info: object) -> None:
        """Finish what was begun and disconnect."""
        ...

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Send; return when the middleware has them, with one entry per frame: None, or why it was refused.

        Raises:
            ClosedError: the transport is not open.
        """
        ...

    def listen(self, intake: Intake) -> AbstractAsyncContextManager[Inbox]:
        """Return the block in which an inbox for ``intake`` is open.

        Raises:
            UnsupportedError: ``traits`` say that this cannot be done.
        """
        ...
