"""``MemoryTransport``: the transport inside one process.

``memory:NAME`` gives all transports of that name one exchange; a bare ``memory:`` is private to its transport object.
Rules:

* A frame that nobody wants is gone; a frame that several want is shared, not copied: neither side may change it.
* ``?backlog=N`` (10000) bounds what waits, per inbox or group. Full means that ``send`` waits; only where nobody could
  ever make room, at a durable group whose members are all away, it refuses with a ``SendError``.
* An exchange lives on one event loop: it uses no locks.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import anyio
import anyio.lowlevel
import msgspec

from cimbus.errors import ClosedError, ConnectError, SendError, UsageError
from cimbus.frame import Frame
from cimbus.naming import MQTT_NAMING, Naming
from cimbus.transport import Intake, Traits, Transport

from .exchange import Exchange, MemoryInbox

TRAITS: Final = Traits(
    durable=True,
    persistent=False,
    groups=True,
    keyed_groups=True,
    redelivers=True,
    counts_attempts=True,
    multi_process=False,
    max_body=256 * 1024 * 1024,
)

BREATH: Final = 32
"""After how many frames a sender lets the others run: nothing else here makes it wait while there is room."""


class Place(msgspec.Struct, eq=False):
    """An exchange, and who uses it."""

    exchange: Exchange
    users: int = 0
    thread: int = 0


_places: dict[str, Place] = {}
"""The named exchanges of this process, while they are open or keep the backlog of a durable group."""


class MemoryTransport:
    """Frames from task to task.

    Args:
        name: transports of one name share an exchange; empty: nobody shares it.
        backlog: how many frames may wait in an inbox or group that this transport opens.

    Raises:
        UsageError: the backlog is below 1.
    """

    def __init__(self, name: str = "", *, backlog: int = 10_000) -> None:
        if backlog < 1:
            raise UsageError(f"backlog is the number of frames that may wait: at least 1, not {backlog}")
        self.name = name
        self.backlog = backlog
        self._place = Place(Exchange())
        self._inboxes: set[MemoryInbox] = set()
        self._open = False
        self._sent = 0

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make a transport from ``memory:``, ``memory:NAME`` or ``memory:NAME?backlog=N``.

        Raises:
            UsageError: the URL has an unknown option or an impossible value.
        """
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        backlog = options.pop("backlog", "10000")
        if options:
            raise UsageError(f"unknown option {min(options)!r} in {url!r}; memory: has backlog")
        if not (backlog.isascii() and backlog.isdecimal()):
            raise UsageError(f"backlog is a number of frames, not {backlog!r}, in {url!r}")
        return cls(unquote(parts.netloc + parts.path).strip("/"), backlog=int(backlog))

    @property
    def traits(self) -> Traits:
        """What an exchange in memory can do."""
        return TRAITS

    @property
    def naming(self) -> Naming:
        """How topics are written in a reply address; nothing else needs them written."""
        return MQTT_NAMING

    @property
    def ready(self) -> bool:
        """Whether it is open."""
        return self._open

    async def __aenter__(self) -> Self:
        """Join the exchange.

        Raises:
            ConnectError: the exchange is in use on another thread, or this transport is open.
        """
        if self._open:
            raise ConnectError("this transport is open already")
        place = _places.setdefault(self.name, self._place) if self.name else self._place
        thread = threading.get_ident()
        if place.users and place.thread != thread:
            raise ConnectError(f"memory:{self.name} is in use on another thread; an exchange lives on one event loop")
        place.thread = thread
        place.users += 1
        self._place = place
        self._open = True
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close what is open; the backlog of durable groups stays."""
        self._open = False
        for inbox in list(self._inboxes):
            inbox.close()
        self._place.exchange.make_all_space()
        self._place.users -= 1
        if not self._place.users and not self._place.exchange.groups and _places.get(self.name) is self._place:
            del _places[self.name]

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Put frames into every inbox and group that wants them; wait where one is full.

        Raises:
            ClosedError: the transport is not open, or was closed while this waited.
        """
        results: list[Exception | None] = []
        for frame in frames:
            self._sent += 1
            if self._sent % BREATH == 0:
                await anyio.lowlevel.checkpoint()
            while isinstance(answer := self._offer(frame), anyio.Event):
                await answer.wait()
            results.append(answer)
        return results

    def _offer(self, frame: Frame) -> SendError | anyio.Event | None:
        """Try to hand a frame over; return None, why it is refused, or what to wait for before trying again."""
        if not self._open:
            raise ClosedError("the transport is not open")
        if len(frame.body) > TRAITS.max_body:
            return SendError(f"a body of {len(frame.body)} octets; at most {TRAITS.max_body} are taken")
        if frame.address is not None:
            try:
                topic = MQTT_NAMING.destination(frame.address, frame.properties)
            except ValueError as exc:
                return SendError(f"no such destination here: {exc}")
            frame = msgspec.structs.replace(frame, topic=topic, address=None)
        return self._place.exchange.offer(frame.topic, frame)

    @asynccontextmanager
    async def listen(self, intake: Intake) -> AsyncGenerator[MemoryInbox]:
        """Return the block in which an inbox for ``intake`` is open.

        Raises:
            ClosedError: the transport is not open.
            UsageError: the group is there, and listens to other patterns.
        """
        if not self._open:
            raise ClosedError("the transport is not open")
        inbox = self._place.exchange.join(intake, self.backlog)
        self._inboxes.add(inbox)
        try:
            yield inbox
        finally:
            self._inboxes.discard(inbox)
            inbox.close()


if TYPE_CHECKING:
    _: type[Transport] = MemoryTransport
