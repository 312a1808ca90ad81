"""The consumers of the replies to a bus's requests: a private one for each environment, opened when needed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

import anyio
import msgspec
from anyio.abc import TaskGroup

from cimbus.errors import ClosedError, DecodeError
from cimbus.interface.message import Message
from cimbus.interface.topic import DEFAULT_CONTEXT, Kind, Pattern
from cimbus.middleware.frame import Frame
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.transport import SubscriptionSpec, Transport

from .claim_check import ClaimCheck
from .claim_check.reference import joined
from .correlation import PendingRequest, PendingRequests, is_reply, reply_address, reply_destination

log: Final = safe_logger("cimbus")


class ReplyConsumer:
    """Receives replies and gives each to the request that it belongs to.

    Where the middleware's addresses have a key, the consumer has one of its own and receives no replies to others;
    elsewhere it receives all and takes its own, by correlation. It subscribes in the environments (contexts) of its
    requests only, so that the rules of a broker can be written for one environment.
    """

    def __init__(self, transport: Transport, read: Callable[[Frame], Message[Any]], claims: ClaimCheck) -> None:
        self._claims = claims
        self._transport = transport
        self._read = read
        self._key = uuid.uuid4().hex
        self._private = "key" in transport.naming.fields
        self._pending = PendingRequests()
        self._repeated = 0
        self._contexts: set[str] = set()
        """The environments in which it receives."""
        self._lock = anyio.Lock()

    @property
    def unclaimed(self) -> int:
        """How many replies came that no request waited for."""
        return self._pending.unclaimed

    @property
    def repeated(self) -> int:
        """How many replies, or parts of one, were delivered again and left out."""
        return self._repeated

    def address(self, request: Message[Any]) -> str:
        """Return the ReplyAddress of a request."""
        context = (request.header.context or DEFAULT_CONTEXT).lower()
        return reply_address(self._transport.naming, context, request.header.noun, self._key)

    @contextmanager
    def waiting(self, request: Message[Any], source: str | None = None) -> Generator[PendingRequest]:
        """Return the block in which replies to a request are collected, those of one Source where it is named."""
        waiting = PendingRequest(request, source)
        self._pending.add(waiting)
        try:
            yield waiting
        finally:
            self._pending.remove(waiting)

    async def open(self, tasks: TaskGroup, context: str = DEFAULT_CONTEXT) -> None:
        """Receive in an environment when this returns, with a task in ``tasks``."""
        if context in self._contexts:  # as nearly always: the lock would let other tasks run first
            return
        async with self._lock:
            if context not in self._contexts:
                await tasks.start(self._run, context)
                self._contexts.add(context)

    def context_of(self, request: Message[Any]) -> str:
        """Return the environment in which the replies to a request are expected: that of its ReplyAddress."""
        header = request.header
        context = (header.context or DEFAULT_CONTEXT).lower()
        return reply_destination(self._transport.naming, header.reply_address, context, header.noun)[0].context

    def close(self, reason: str) -> None:
        """Fail all requests with this reason."""
        self._contexts.clear()
        self._pending.close(reason)

    async def _run(self, context: str, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        mine = Pattern(context, Kind.replies, key=self._key if self._private else None)
        spec = SubscriptionSpec(patterns=(mine,))
        async with self._transport.listen(spec) as consumer:
            task_status.started()
            while True:
                try:
                    batch = await consumer.receive()
                except ClosedError as error:  # the next request opens another
                    self._contexts.discard(context)
                    self._pending.close(f"no more replies can come: {error}")
                    return
                for delivery in batch:
                    await self._take(delivery.value, delivery.defect)
                    delivery.accept()

    async def _decoded(self, frame: Frame, defect: str) -> Message[Any]:
        if defect:
            raise DecodeError(defect)
        reply = self._read(frame)
        if not self._claims.may_refer(reply, frame.body):
            return reply
        content = await self._claims.content(reply)
        return reply if content is None else joined(reply, self._read(msgspec.structs.replace(frame, body=content)))

    async def _take(self, frame: Frame, defect: str = "") -> None:
        correlation = frame.properties.get("CorrelationID")
        waiting = self._pending.find(correlation)
        if waiting is None and correlation and not self._private:  # to another application: its body is not opened
            self._pending.unclaimed += 1
            return
        try:
            reply = await self._decoded(frame, defect)
            waiting = waiting or self._pending.find(reply.header.correlation_id)
            if waiting is None:
                self._pending.unclaimed += 1
            elif not waiting.accepts(reply):
                self._pending.unclaimed += 1
                log.warning("a reply of %s is ignored: it is not the one asked", reply.header.source or "no source")
            elif is_reply(reply):
                self._repeated += not waiting.put(reply, frame.body)  # which opens the payload
        except Exception as error:  # noqa: BLE001  # one reply that cannot be read stops no other
            log.warning("a reply that cannot be read: %s", error)
            if waiting is not None:
                waiting.close(f"the reply cannot be read: {error}")
