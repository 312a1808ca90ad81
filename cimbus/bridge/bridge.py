"""``Bridge``: takes frames from one bus to another, unopened where that is enough.

Rules:

* At least once: a frame is accepted at the source when the target has it. With an inbox, one that comes again is not
  sent again; either way its MessageID stays, so that a consumer with an inbox handles it once.
* Order per key, as the source delivers it: a batch is sent before the next one is looked at.
* A request takes the bridge's reply address with it, and its replies come back (see ``passage``).
* What the target refuses for good is set aside in the dead letters.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack, nullcontext
from itertools import product
from typing import Any, Final

import anyio
import anyio.abc

from cimbus.bus import Bus
from cimbus.delivery import Delivery
from cimbus.errors import DecodeError, EncodeError, UnsupportedError, UsageError
from cimbus.frame import Frame
from cimbus.handled import Handled
from cimbus.model import noun_of
from cimbus.tasks import lone_error
from cimbus.topic import Kind, Pattern
from cimbus.transport import Inbox, Intake

from . import hops
from .mapping import Map, Mapping
from .passage import End, Passage
from .tally import Tally

log: Final = logging.getLogger("cimbus")


class Bridge:
    """From one bus to another.

    ``await Bridge("mqtt://field", "kafka://platform", nouns=[EndDeviceEvents]).run()``. For both directions, run two:
    what one has carried the other does not carry back.

    Args:
        source: a URL, or an open ``Bus``.
        target: likewise.
        nouns: classes or names; none: all.
        verbs: none: all.
        kinds: ``replies`` need not be named: those to requests that went over the bridge come back by themselves.
        contexts: Header.Context in lower case; none: all.
        map: what topics are called on the other side: a ``Mapping``, its template, or a function.
        name: of the bridge; its subscription is kept under it, as ``bridge.<name>``.
        inbox: a file (or a ``Handled``) that remembers what was sent.
        durable: what comes while the bridge is away is kept; None: where the source can.
        credit: how many frames may be under way.
        replies_for: how long the replies to a request are waited for, in seconds.
        source_name: the bus's name in ``Hops``; the same for all bridges at that bus.
        target_name: likewise.

    Raises:
        ValueError: the mapping is none.
        UsageError: no such transport, or both ends are the same bus.
    """

    def __init__(
        self,
        source: Bus | str,
        target: Bus | str,
        *,
        nouns: Iterable[type[Any] | str] = (),
        verbs: Iterable[str] = (),
        kinds: Iterable[str] = (Kind.events, Kind.requests),
        contexts: Iterable[str] = (),
        map: Map | str | None = None,  # noqa: A002  # the command's option, too
        name: str = "bridge",
        inbox: Handled | str | os.PathLike[str] | None = None,
        durable: bool | None = None,
        credit: int = 2_048,
        replies_for: float = 600.0,
        source_name: str = "",
        target_name: str = "",
    ) -> None:
        self.source = Bus(source) if isinstance(source, str) else source
        self.target = Bus(target) if isinstance(target, str) else target
        self.name = name
        self.tally = Tally()
        self.source_name = source_name or _name(source)
        self.target_name = target_name or _name(target)
        if self.source_name == self.target_name:
            raise UsageError(f"both ends of the bridge are the bus {self.source_name}")
        words = [noun_of(noun).header if isinstance(noun, type) else noun for noun in nouns]
        self.patterns = tuple(
            Pattern(context, str(kind), noun, verb)
            for context, kind, noun, verb in product(
                tuple(contexts) or (None,), tuple(kinds), words or (None,), tuple(verbs) or (None,)
            )
        )
        self._owned = [bus for given, bus in ((source, self.source), (target, self.target)) if isinstance(given, str)]
        self._inbox = inbox if inbox is None or isinstance(inbox, Handled) else Handled(inbox)
        self._consumer = f"bridge.{name}"
        self._durable = durable
        self._credit = credit
        self._mapping = Mapping(map) if isinstance(map, str) else map
        self._keep = replies_for
        self._reader = self.source.reader(self._consumer)

    # -- running --------------------------------------------------------------------------------------------------

    async def run(self, *, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Carry until cancelled; buses that were given as URLs are opened and closed here.

        With ``task_group.start(bridge.run)``, returns when both subscriptions exist.

        Raises:
            ConnectError: a bus cannot be reached.
            UnsupportedError: a bus cannot do what is asked, or the target has no properties to carry ``Hops``.
            ClosedError: a subscription cannot be kept.
        """
        with lone_error():
            async with AsyncExitStack() as stack:
                for bus in self._owned:
                    await stack.enter_async_context(bus)
                await stack.enter_async_context(self._inbox or nullcontext())
                if not self.target.transport.traits.properties:
                    raise UnsupportedError(
                        f"{self.target_name} has no message properties, so that nobody could tell whether a message "
                        "goes round; where it speaks MQTT, it needs version 5"
                    )
                passage = self._passage()
                carrying = await stack.enter_async_context(self.source.transport.listen(self._intake()))
                returning = await stack.enter_async_context(self.target.transport.listen(self._replies(passage)))
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._carry_all, carrying, passage)
                    tasks.start_soon(self._return_all, returning, passage)
                    task_status.started()

    def _passage(self) -> Passage:
        """Return the way over; how topics are called at either end may be known only once that is open."""
        return Passage(
            source=End(self.source_name, self.source.transport.naming, self.source.limits),
            target=End(self.target_name, self.target.transport.naming, self.target.limits),
            mapping=self._mapping,
            keep=self._keep,
        )

    def _intake(self) -> Intake:
        traits = self.source.transport.traits
        durable = traits.durable if self._durable is None else self._durable
        group = self._consumer if durable or traits.groups else ""
        return Intake(patterns=self.patterns, group=group, durable=durable, credit=self._credit)

    def _replies(self, passage: Passage) -> Intake:
        private = "key" in self.target.transport.naming.fields
        return Intake(patterns=(Pattern(kind=Kind.replies, key=passage.me if private else None),))

    # -- there ----------------------------------------------------------------------------------------------------

    async def _carry_all(self, inbox: Inbox, passage: Passage) -> None:
        while True:
            await self._carry(await inbox.receive(), passage)

    async def _carry(self, batch: Sequence[Delivery[Frame]], passage: Passage) -> None:
        """Send a batch; accept what the target has."""
        self.tally.received += len(batch)
        wanted: list[tuple[Delivery[Frame], Frame]] = []
        ids: set[str] = set()
        for delivery in batch:
            if not self._is_new(delivery.value, ids, passage):
                delivery.accept()
                continue
            try:
                wanted.append((delivery, passage.there(delivery.value, time.monotonic())))
            except (DecodeError, EncodeError) as error:
                await self._refuse(delivery, error)
        if not wanted:
            return
        results = await self.target.send([frame for _, frame in wanted])
        sent = [delivery for (delivery, _), error in zip(wanted, results, strict=True) if error is None]
        if self._inbox is not None and (names := [name for each in sent if (name := _id(each.value))]):
            await self._inbox.mark(self._consumer, names)
        for (delivery, _), failure in zip(wanted, results, strict=True):
            if failure is not None:
                await self._refuse(delivery, failure)
        for delivery in sent:
            delivery.accept()
        self.tally.sent += len(sent)

    def _is_new(self, frame: Frame, ids: set[str], passage: Passage) -> bool:
        """Return whether a frame is to be sent; if not, count why."""
        if passage.goes_round(frame):
            self.tally.looped += 1
            return False
        name = _id(frame)
        if self._inbox is not None and name:
            if name in ids or self._inbox.knows(self._consumer, name):
                self.tally.repeated += 1
                return False
            ids.add(name)
        return True

    async def _refuse(self, delivery: Delivery[Frame], error: Exception) -> None:
        await self._reader.put_aside(delivery, f"{type(error).__name__}: {error}")
        self.tally.refused += 1

    # -- and back -------------------------------------------------------------------------------------------------

    async def _return_all(self, inbox: Inbox, passage: Passage) -> None:
        while True:
            for delivery in await inbox.receive():
                await self._return(delivery.value, passage)
                delivery.accept()

    async def _return(self, frame: Frame, passage: Passage) -> None:
        """Send a reply to where its request came from; those that are somebody else's are left alone."""
        try:
            reply = passage.back(frame)
        except DecodeError as error:
            log.warning("%s: a reply that cannot be read: %s", self._consumer, error)
            return
        if reply is None:
            return
        (failure,) = await self.source.send((reply,))
        if failure is None:
            self.tally.replies += 1
        else:
            log.warning("%s: a reply cannot be sent to %s: %s", self._consumer, reply.address or reply.topic, failure)

    def __repr__(self) -> str:
        return f"Bridge({self.source_name} -> {self.target_name}, {self.tally})"


def _name(bus: Bus | str) -> str:
    if isinstance(bus, str):
        return hops.name_of(bus)
    return hops.name_of(bus.url) if bus.url else f"{type(bus.transport).__name__}-{id(bus.transport):x}"


def _id(frame: Frame) -> str:
    return frame.properties.get("MessageID", "")
