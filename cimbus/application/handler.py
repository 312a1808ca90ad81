"""A declared handler at work on a bus.

``returned -> accepted``; ``raised -> tried again, a bounded number of times, then dead-lettered``; ``cancelled ->
nothing settled``; ``expired -> accepted, and not handled``. With a durable inbox: ``handled before -> accepted at
once``. The interceptors of ``chain`` do this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import anyio

from cimbus.errors import CimbusError
from cimbus.interface.message import Message
from cimbus.interface.topic import Kind, Pattern
from cimbus.middleware.delivery import REJECTED, Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer, SubscriptionSpec

from .audit import letter_record
from .batch_handler import BatchHandler, BatchItem
from .batch_workers import BatchWorkers
from .chain import Interceptor, compose
from .clock import CLOCK, Clock
from .context import ContextFactory, no_message, plain_context
from .counters import HandlerCounters
from .dead_letters import DeadLetter, LetterReplay
from .handler_call import caller_of
from .handler_spec import HandlerSpec
from .handler_status import HandlerStatus
from .inbox import Inbox
from .interceptors import (
    AcknowledgementInterceptor,
    CircuitBreakerInterceptor,
    CommitInterceptor,
    DeadLetterInterceptor,
    DeadlineInterceptor,
    DeduplicationInterceptor,
    PublicationInterceptor,
    ReplyInterceptor,
    RetryInterceptor,
)
from .keyed_workers import KeyedWorkers
from .message_reader import MessageReader
from .noun_versions import NounVersions
from .observers import HandlerNames, Observer, noted, observed
from .patterns import pattern_of
from .publisher import Publisher
from .replier import Replier
from .reply_rules import ReplyRules


class HandlerRunner(HandlerStatus):
    """Receives, reads and handles the messages of one handler of a component.

    Args:
        spec: what was declared.
        component: the component's name, Header.Source of replies where the bus has none.
        publisher: sends replies; its transport is the one to listen on.
        reader: decodes messages; its ``consumer`` is the handler's group.
        counters: of this handler.
        rules: where replies may be sent.
        inbox: the component's, or None.
        target: publishes what the handler returns; by default ``publisher``.
        context: makes the context of one message.
        middleware: the user's interceptors, the outermost first.
        clock: what time is.
        observers: what watches it.
        bus: the name of the bus that it receives from, for observers.
    """

    def __init__(
        self,
        spec: HandlerSpec,
        component: str,
        publisher: Publisher,
        reader: MessageReader,
        counters: HandlerCounters,
        *,
        rules: ReplyRules,
        inbox: Inbox | None = None,
        target: Publisher | None = None,
        context: ContextFactory = plain_context,
        middleware: Sequence[Interceptor] = (),
        clock: Clock = CLOCK,
        observers: Sequence[Observer] = (),
        bus: str = "",
    ) -> None:
        super().__init__(reader, inbox)
        self.spec = spec
        self.names = HandlerNames(component=component, handler=spec.name, noun=spec.noun_name, bus=bus)
        self._observers = observers
        self.counters = counters
        self.group = reader.consumer
        self._transport = publisher.transport
        self._context = spec.context or publisher.context
        self._replier = Replier(publisher, component, rules) if spec.kind is Kind.requests else None
        self._new_context = noted(context) if observers else context
        self.versions = NounVersions(
            spec.noun, pattern=self.pattern, also=spec.also, upcast=spec.upcast, complete=spec.complete
        )
        policy = spec.circuit_breaker
        self._waits = self._breaker = None if policy is None else CircuitBreakerInterceptor(policy, self.group, clock)
        target = target or publisher
        shared = target if inbox is not None and inbox.share(target.outbox) else None
        caller = caller_of(spec.function, spec.noun)
        if spec.batch is None:
            self._chain = compose([*self._interceptors(inbox, target, shared), *middleware], caller)
            handle = observed(self.names, self._handle) if observers else self._handle
            self._workers = KeyedWorkers(handle, spec.concurrency, clock)
        else:
            call = compose(self._around_attempt(), caller)
            self._batches = BatchHandler(reader, counters, spec.retry, call, inbox=inbox, publisher=shared)
            handle_batch = observed(self.names, self._handle_batch) if observers else self._handle_batch
            self._workers = BatchWorkers(handle_batch, spec.batch, spec.within, clock)
        self._held: set[str] = set()
        """Keys whose messages may become dead letters behind an earlier one; the store knows which do."""
        self._knows_held = spec.after_dead_letter != "hold_key"
        """Whether ``_held`` has all of them: the store has been read."""
        self._replay = LetterReplay(reader.letters, reader.consumer, reader.bus, self._put_again, self._held_keys)

    def _interceptors(self, inbox: Inbox | None, target: Publisher, shared: Publisher | None) -> list[Interceptor]:
        """Return the interceptors that this handler needs, the outermost first."""
        spec, replier = self.spec, self._replier
        chain: list[Interceptor] = [DeadLetterInterceptor(self._reader, self.counters)]
        chain += [found for each in self._observers if (found := each.around_message(self.names)) is not None]
        if inbox is not None:
            chain.append(DeduplicationInterceptor(inbox, self.group, shared))
        if replier is not None:
            chain.append(AcknowledgementInterceptor(replier))
        chain.append(RetryInterceptor(spec.retry, self.group, self.counters))
        if inbox is not None:
            chain.append(CommitInterceptor())
        chain += self._around_attempt()
        chain.append(PublicationInterceptor(target) if replier is None else ReplyInterceptor(replier, spec.asked_noun))
        return chain

    def _around_attempt(self) -> list[Interceptor]:
        chain: list[Interceptor] = [] if self._breaker is None else [self._breaker]
        chain += [found for each in self._observers if (found := each.around_attempt(self.names)) is not None]
        if self.spec.timeout is not None:
            chain.append(DeadlineInterceptor(self.spec.timeout))
        return chain

    @property
    def pattern(self) -> Pattern:
        """What it receives."""
        spec = self.spec
        return pattern_of(spec.noun, verb=spec.verb, kind=spec.kind, key=spec.key, context=self._context)

    async def run(self, stop: anyio.Event, started: Callable[[], None], grace: float) -> int:
        """Handle messages until ``stop`` is set, then finish what was begun, and begin nothing.

        Return how many messages are redelivered: those not begun, and those not finished within ``grace`` seconds.

        Raises:
            UnsupportedError: the middleware cannot do what was declared.
            ClosedError: the subscription cannot be kept.
        """
        traits = self._transport.traits
        durable = traits.durable if self.spec.durable is None else self.spec.durable
        group = self.group if durable or traits.groups else ""
        spec = SubscriptionSpec(
            patterns=(self.pattern,),
            group=group,
            durable=durable,
            credit=self.spec.credit,
            retained=self.spec.retained,
        )
        waiting = 0
        async with self._transport.listen(spec) as consumer:
            started()
            async with anyio.create_task_group() as tasks:
                for each in (self._slow.run, self._workers.run, self._replay.run):
                    tasks.start_soon(each)
                await self._receive(consumer, stop)
                waiting = len(self._workers.discard())  # unsettled, so redelivered when the consumer is closed
                self._workers.close()
                open_circuit = self._breaker is not None and self._breaker.waiting
                with anyio.move_on_after(0 if open_circuit else grace):
                    await self._workers.drained()
                tasks.cancel_scope.cancel()  # the watch, and what did not finish in time
        return waiting + self._workers.pending

    async def _receive(self, consumer: Consumer, stop: anyio.Event) -> None:
        """Give the workers what arrives, until told to stop."""
        async with anyio.create_task_group() as group:

            async def watch() -> None:
                await stop.wait()
                group.cancel_scope.cancel()

            group.start_soon(watch)
            put = self._workers.put
            while True:
                if self._breaker is not None:
                    await self._breaker.closed()
                for delivery in await consumer.receive():
                    put(delivery.value.topic.key, delivery)

    def _put_again(self, delivery: Delivery[Frame]) -> None:
        """Give the workers a dead letter."""
        audit, letter = self._reader.audit, delivery.token
        if audit is not None and isinstance(letter, DeadLetter):
            audit.write(letter_record("replayed", letter, letter.id))
            settled = partial(letter_record, "settled", letter, letter.id)
            delivery.on_settled(lambda _, outcome: audit.write(settled(outcome=outcome.value)))
        self._workers.put(delivery.value.topic.key, delivery)

    def _held_keys(self, keys: set[str]) -> None:
        if self.spec.after_dead_letter == "hold_key":
            self._held |= keys  # others may have been added while the store was read
            self._knows_held = True

    async def _is_behind_letter(self, delivery: Delivery[Frame]) -> bool:
        """Return whether a delivery becomes a dead letter, since an earlier one of its key is one."""
        key = delivery.value.topic.key
        if not key or (self._knows_held and key not in self._held) or isinstance(delivery.token, DeadLetter):
            return False
        held = await self._replay.has(key)
        (self._held.add if held else self._held.discard)(key)
        return held

    async def _handle(self, delivery: Delivery[Frame]) -> None:
        if self._reader.expire(delivery):
            self.counters.add("expired")
            return
        if (self._held or not self._knows_held) and await self._is_behind_letter(delivery):
            await self._reader.dead_letter(delivery, "behind an earlier dead letter of its key", 0)
            return
        found = self._reader.read_at_once(delivery)
        if not isinstance(found, Message) or not self.versions.fits(found):
            found = await self._read(delivery, found)
        if found is not None:
            context = self._new_context(delivery, found, self._workers.pause)
            self._slow.begin(found, context)
            try:
                await self._chain(found, context)
            finally:
                self._slow.end(context)
            if delivery.outcome is None:
                self.counters.add("duplicates" if context.duplicate else "handled")
                delivery.accept()
        if delivery.outcome is REJECTED:
            self._rejected(delivery.value.topic.key)

    async def _read(self, delivery: Delivery[Frame], found: Message[Any] | Exception | None) -> Message[Any] | None:
        """Return the message as the handler takes it; None if it became a dead letter. ``found``: see the reader."""
        message = found if isinstance(found, Message) else await self._reader.read(delivery, found)
        if message is not None and not self.versions.fits(message):
            message = await self.versions.other(message, self._reader, delivery)
        if message is None and self._replier is not None and delivery.outcome is REJECTED:
            await self._replier.fault(delivery.value)
        return message

    def _rejected(self, key: str) -> None:
        """Do what ``after_dead_letter`` says."""
        if key and self.spec.after_dead_letter == "hold_key":
            self._held.add(key)
        elif self.spec.after_dead_letter == "stop":
            raise self._stopped()

    async def _handle_batch(self, deliveries: list[Delivery[Frame]]) -> None:
        """Handle several messages at once; what cannot be read is none of them."""
        items: list[BatchItem] = []
        for delivery in deliveries:
            if self._reader.expire(delivery):
                self.counters.add("expired")
                continue
            message = await self._read(delivery, self._reader.read_at_once(delivery))
            if message is not None:
                item = BatchItem(delivery, message)
                if not await self._batches.conflicts(item):
                    items.append(item)
        if items:
            context = self._new_context(no_message(), None, self._workers.pause)
            self._slow.begin(items[0].message, context)
            try:
                await self._batches.handle(items, context)
            finally:
                self._slow.end(context)
        if self.spec.after_dead_letter == "stop" and any(each.outcome is REJECTED for each in deliveries):
            raise self._stopped()

    def _stopped(self) -> CimbusError:
        return CimbusError(f"{self.group} stops: a message became a dead letter (after_dead_letter='stop')")
