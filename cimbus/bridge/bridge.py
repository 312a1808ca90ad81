"""``Bridge`` (EIP: Messaging Bridge): forwards frames from one bus to another, without decoding them where it can.

Rules:

* At least once: a frame is accepted at the source when the target has it. With an inbox, one that is redelivered is not
  sent again; either way its MessageID stays, so that a consumer with an inbox handles it once.
* Order per key, as the source delivers it: a batch is sent before the next one is received.
* A request is forwarded with the bridge's reply address, and its replies are returned (see ``translator``); with a file
  also those to requests from before a restart.
* What the target refuses becomes a dead letter.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack, nullcontext
from itertools import product
from typing import Any, Final

import anyio
from anyio.abc import TaskGroup, TaskStatus

from cimbus.application.bus import Bus
from cimbus.application.dead_letters import LetterReplay
from cimbus.application.inbox import Inbox
from cimbus.application.unit_of_work import UnitOfWork
from cimbus.errors import DecodeError, UnsupportedError, UsageError
from cimbus.interface.identity import MessageIdentity
from cimbus.interface.model import noun_of
from cimbus.interface.topic import DEFAULT_CONTEXT, Kind, Pattern, Topic
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.outbox import Outbox
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.tasks import unwrap_single_error
from cimbus.middleware.transport import Consumer, SubscriptionSpec

from . import hops
from .counters import BridgeCounters
from .mapping import Map, TopicMapping
from .reply_forwarder import ReplyForwarder
from .route_file import RouteFile
from .translator import BridgeEnd, Translator

log: Final = safe_logger("cimbus")


class Bridge:
    """From one bus to another.

    ``await Bridge("mqtt://field", "kafka://platform", nouns=[EndDeviceEvents]).run()``. For both directions, run two:
    what one has forwarded the other does not forward back.

    >>> Bridge("memory:field", "memory:platform", nouns=["EndDeviceEvents"]).patterns[0].noun
    'EndDeviceEvents'

    Args:
        source: a URL, or an open ``Bus``.
        target: likewise.
        nouns: classes or names; none: all.
        verbs: none: all.
        kinds: ``replies`` need not be named: those to requests that went over the bridge come back by themselves.
        contexts: Header.Context in lower case; none: all.
        map: what topics are called on the other side: a ``TopicMapping``, its template, or a function.
        name: of the bridge; its subscription is kept under it, as ``bridge.<name>``.
        inbox: a file (or an ``Inbox``) that remembers what was sent.
        routes: a file that keeps where the replies to forwarded requests are returned to; by default that of the inbox.
        durable: what is sent while the bridge does not run is kept; None: where the source can.
        credit: how many frames may be unsettled.
        replies_for: how long the replies to a request are waited for, in seconds.
        source_name: the bus's name in ``Hops``; the same for all bridges at that bus.
        target_name: likewise.
        create_topics: create topics that are missing at the target, whatever their nouns and contexts. Otherwise only
            for ``nouns`` in ``contexts`` (``production`` where there are none): what a message brings decides nothing.
        outbox: a file (or an ``Outbox``) that keeps what is forwarded while a target that is a URL is away.

    Raises:
        ValueError: the mapping is not a template.
        UsageError: a URL has an unknown scheme or an invalid option, or both ends are the same bus.
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
        inbox: Inbox | str | os.PathLike[str] | None = None,
        durable: bool | None = None,
        credit: int = 2_048,
        replies_for: float = 600.0,
        source_name: str = "",
        target_name: str = "",
        create_topics: bool = False,
        outbox: Outbox | str | os.PathLike[str] | None = None,
        routes: str | os.PathLike[str] | None = None,
    ) -> None:
        if outbox is not None and not isinstance(target, str):
            raise UsageError("outbox is for a target that is given as a URL; give the bus one: Bus(url, outbox=FILE)")
        self.source = Bus(source, lazy=True) if isinstance(source, str) else source
        self.target = Bus(target, lazy=True, outbox=outbox) if isinstance(target, str) else target
        self.name = name
        self.counters = BridgeCounters()
        self.source_name = source_name or _name(source)
        self.target_name = target_name or _name(target)
        if self.source_name == self.target_name:
            raise UsageError(f"both ends of the bridge are the bus {self.source_name}")
        contexts = tuple(contexts)
        words = [noun_of(noun).header if isinstance(noun, type) else noun for noun in nouns]
        self.patterns = tuple(
            Pattern(context, str(kind), noun, verb)
            for context, kind, noun, verb in product(
                contexts or (None,), tuple(kinds), words or (None,), tuple(verbs) or (None,)
            )
        )
        self._owned = [bus for given, bus in ((source, self.source), (target, self.target)) if isinstance(given, str)]
        self._inbox = inbox if inbox is None or isinstance(inbox, Inbox) else Inbox(inbox)
        kept = routes or (self._inbox.path if self._inbox is not None else None)
        self._routes = RouteFile(kept, name) if kept else None
        self._consumer = f"bridge.{name}"
        self._durable = durable
        self._credit = credit
        self._mapping = TopicMapping(map) if isinstance(map, str) else map
        self._keep = replies_for
        self._nouns = frozenset(words)
        self._contexts = frozenset(contexts) or {DEFAULT_CONTEXT}
        self._create_topics = create_topics
        self._reader = self.source.reader(self._consumer)

    # -- running --------------------------------------------------------------------------------------------------

    async def run(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Forward until cancelled; buses that were given as URLs are opened and closed here.

        With ``task_group.start(bridge.run)``, returns when both subscriptions exist. It waits for both middlewares; the
        subscription at the source exists before the target is there.

        Raises:
            UnsupportedError: a bus cannot do what is asked, or the target has no properties to carry ``Hops``.
            ClosedError: a subscription cannot be kept.
        """
        with unwrap_single_error():
            async with AsyncExitStack() as stack:
                for bus in self._owned:
                    await stack.enter_async_context(bus)
                await stack.enter_async_context(self._inbox or nullcontext())
                await self.source.connected()
                forward = await stack.enter_async_context(self.source.transport.listen(self._spec()))
                await self.target.connected()  # what is sent meanwhile is kept where the source can
                if not self.target.transport.traits.properties:
                    raise UnsupportedError(
                        f"{self.target_name} has no message properties, so that a message that goes round "
                        "could not be detected; where it speaks MQTT, it needs version 5"
                    )
                translator = await self._translator()
                returning = ReplyForwarder(self.source, translator, self.counters, self._consumer, self._routes)
                back = await stack.enter_async_context(self.target.transport.listen(self._replies(translator)))
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(self._forward_all, forward, translator)
                    tasks.start_soon(returning.run, back)
                    tasks.start_soon(self._replay_all, tasks, translator)
                    task_status.started()

    async def _translator(self) -> Translator:
        """Return the translator; how topics are written at either end may be known only once that is open."""
        key, routes = ("", []) if self._routes is None else await self._routes.load()
        return Translator(
            source=BridgeEnd(self.source_name, self.source.transport.naming, self.source.limits),
            target=BridgeEnd(self.target_name, self.target.transport.naming, self.target.limits),
            mapping=self._mapping,
            keep=self._keep,
            create=self._may_create,
            key=key,
            routes=routes,
        )

    def _may_create(self, topic: Topic) -> bool:
        return self._create_topics or (topic.noun in self._nouns and topic.context in self._contexts)

    def _spec(self) -> SubscriptionSpec:
        traits = self.source.transport.traits
        durable = traits.durable if self._durable is None else self._durable
        group = self._consumer if durable or traits.groups else ""
        return SubscriptionSpec(patterns=self.patterns, group=group, durable=durable, credit=self._credit)

    def _replies(self, translator: Translator) -> SubscriptionSpec:
        private = "key" in self.target.transport.naming.fields
        pattern = Pattern(kind=Kind.replies, key=translator.key if private else None)
        durable = self._routes is not None and self.target.transport.traits.durable  # replies wait for a restart, too
        return SubscriptionSpec(
            patterns=(pattern,), group=f"{self._consumer}.replies" if durable else "", durable=durable
        )

    # -- forward --------------------------------------------------------------------------------------------------

    async def _forward_all(self, consumer: Consumer, translator: Translator) -> None:
        while True:
            await self._forward(await consumer.receive(), translator)

    async def _replay_all(self, tasks: TaskGroup, translator: Translator) -> None:
        """Forward dead letters of this bridge again, where that is wanted."""

        def forward(delivery: Delivery[Frame]) -> None:
            tasks.start_soon(self._forward, (delivery,), translator)

        await LetterReplay(self.source.dead_letters, self._consumer, self.source.name, forward).run()

    async def _forward(self, batch: Sequence[Delivery[Frame]], translator: Translator) -> None:
        """Send a batch; accept what the target has."""
        self.counters.add("received", len(batch))
        fresh: list[Delivery[Frame]] = []
        for delivery in batch:
            if translator.goes_round(delivery.value):
                self.counters.add("looped")
                delivery.accept()
            elif self._reader.expire(delivery):
                self.counters.add("expired")
            else:
                fresh.append(delivery)
        if self._inbox is None:
            await self._send(fresh, translator, None)
            return
        ids = [identity for delivery in fresh if (identity := _identity(delivery.value))]
        async with self._inbox.once(self._consumer, *ids) as work:
            await self._send(self._new(fresh, set(work.messages)), translator, work)

    def _new(self, batch: Iterable[Delivery[Frame]], ids: set[MessageIdentity]) -> list[Delivery[Frame]]:
        """Return the deliveries to send, the first of each message in ``ids``; accept the others as duplicates."""
        new: list[Delivery[Frame]] = []
        for delivery in batch:
            identity = _identity(delivery.value)
            if identity is not None and identity not in ids:
                self.counters.add("duplicates")
                delivery.accept()
                continue
            if identity is not None:
                ids.remove(identity)
            new.append(delivery)
        return new

    async def _send(self, batch: Iterable[Delivery[Frame]], translator: Translator, work: UnitOfWork | None) -> None:
        wanted: list[tuple[Delivery[Frame], Frame]] = []
        failed: list[tuple[Delivery[Frame], Exception]] = []
        for delivery in batch:
            try:
                if delivery.defect:
                    raise DecodeError(delivery.defect)  # noqa: TRY301  # it is one of those that fail
                wanted.append((delivery, translator.forward(delivery.value, time.time())))
            except Exception as error:  # noqa: BLE001  # one frame that cannot be forwarded stops no other
                failed.append((delivery, error))
        added, translator.added = translator.added, []
        if self._routes is not None and added:
            await self._routes.save(added)
        results = await self.target.publisher.deliver([frame for _, frame in wanted]) if wanted else ()
        sent: list[Delivery[Frame]] = []
        for (delivery, _), refusal in zip(wanted, results, strict=True):
            if refusal is None:
                sent.append(delivery)
            else:
                failed.append((delivery, refusal))
        if work is not None:
            refused = {_identity(delivery.value) for delivery, _ in failed}
            work.messages = {message for message in work.messages if message not in refused}
            await work.commit()  # a mark is on disk before its delivery is accepted
        for delivery, reason in failed:
            await self._reader.dead_letter(delivery, f"{type(reason).__name__}: {reason}")
            self.counters.add("dead_lettered")
        for delivery in sent:
            delivery.accept()
        self.counters.add("sent", len(sent))

    def __repr__(self) -> str:
        return f"Bridge({self.source_name} -> {self.target_name}, {self.counters})"


def _name(bus: Bus | str) -> str:
    if isinstance(bus, str):
        return hops.name_of(bus)
    return hops.name_of(bus.url) if bus.url else f"{type(bus.transport).__name__}-{id(bus.transport):x}"


def _identity(frame: Frame) -> MessageIdentity | None:
    message_id = frame.properties.get("MessageID")
    return MessageIdentity.of(message_id, frame.properties.get("Source"), frame.body) if message_id else None
