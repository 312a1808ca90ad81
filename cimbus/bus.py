"""One application's connection to the bus: publish, subscribe, ask, serve."""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final, Protocol, Self, TypedDict, TypeVar, Unpack, overload

import anyio
import msgspec
from anyio.abc import TaskGroup

from .codecs import DEFAULT_LIMITS, Limits
from .codecs.api import Format
from .deadletters import DeadLetters
from .discovery import open_transport
from .errors import CimbusError, ClosedError, ReplyTimeoutError, RequestError
from .frame import Frame
from .handled import Handled
from .message import Message
from .model import noun_of
from .nouns.keys import key_of
from .replybox import ReplyBox
from .requests import Replies
from .subscription import Reader, Subscription
from .tasks import background, lone_error
from .topic import DEFAULT_CONTEXT, Kind, Pattern
from .transport import Intake, Transport
from .wire import pack, unpack

N = TypeVar("N")
R_co = TypeVar("R_co", covariant=True)

log: Final = logging.getLogger("cimbus")


class Query(Protocol[R_co]):
    """A payload that asks, and knows the type of the answer."""

    def __answer__(self) -> R_co:
        """Exist for type checkers only."""
        ...


class Service(Protocol):
    """Something that runs on a bus; a ``Component`` is one."""

    async def run(self, bus: Bus) -> None:
        """Run until stopped or cancelled."""
        ...


class SubscribeOptions(TypedDict, total=False):
    """The options of ``Bus.subscribe``."""

    verb: str | None
    kind: Kind | str | None
    key: str | None
    context: str | None
    group: str
    durable: bool
    credit: int
    max_attempts: int
    inbox: Handled | str | os.PathLike[str]


class Published(msgspec.Struct, frozen=True):
    """What became of one of several messages: ``error`` is None where the middleware has it."""

    message: Message[Any]
    error: Exception | None = None


class Bus:
    """A connection to one middleware, as one application.

    Args:
        bus: a URL (``mqtt://localhost``, ``sqlite:///var/lib/x.db``, ``memory:``), or a transport.
        source: Header.Source of what is sent.
        context: Header.Context of what is sent, and the context that is listened to; ``production`` if not said.
        format: what bodies are written in; both are read.
        strict: refuse what the Edition 1 schema refuses when reading.
        limits: bounds for the decoder.
        dead_letters: the store (or its path) for messages set aside; by default ``DeadLetters.beside(url)``.

    Raises:
        UsageError: no such transport, or not so.
    """

    def __init__(
        self,
        bus: str | Transport,
        *,
        source: str | None = None,
        context: str | None = None,
        format: Format = "xml",  # noqa: A002
        strict: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        dead_letters: DeadLetters | str | None = None,
    ) -> None:
        self.transport = open_transport(bus) if isinstance(bus, str) else bus
        self.url = bus if isinstance(bus, str) else ""
        self.source = source
        self.context = context
        self.format: Format = format
        self.strict = strict
        self.limits = limits
        if isinstance(dead_letters, DeadLetters):
            self.dead_letters = dead_letters
        elif dead_letters is not None:
            self.dead_letters = DeadLetters(dead_letters)
        else:
            self.dead_letters = DeadLetters.beside(bus if isinstance(bus, str) else "memory:")
        self._stack = AsyncExitStack()
        self._tasks: TaskGroup | None = None
        self._replies = ReplyBox(self.transport, self._unpack)

    # -- lifetime -------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.transport)
            self._tasks = await stack.enter_async_context(background())
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc_info: object) -> bool | None:
        self._replies.close("the bus was closed")
        self._tasks = None
        try:
            return await self._stack.__aexit__(*exc_info)  # type: ignore[arg-type]
        finally:
            self.dead_letters.close()

    @property
    def ready(self) -> bool:
        """Whether the middleware can be reached now."""
        return self._tasks is not None and self.transport.ready

    # -- publish --------------------------------------------------------------------------------------------------

    async def publish(
        self, payload: Any, *, verb: str | None = None, key: str | None = None, **header: Any
    ) -> Message[Any]:
        """Send a message; return it, stamped, once the middleware has it.

        Args:
            payload: a noun (then a message is made of it, ``created`` by default), or a whole ``Message``.
            verb: Header.Verb.
            key: what the order is kept by; by default the mRID or name of the object that the payload is about.
            header: any other header field.

        Raises:
            EncodeError: the message cannot be written.
            SendError: the middleware refused it.
            TypeError: the payload is no noun.
        """
        message = self.stamp(payload, verb=verb, **header)
        frame = pack(message, message.topic(key_of(message.payload) if key is None else key), self.format)
        (error,) = await self.send((frame,))
        if error is not None:
            raise error
        return message

    async def publish_many(
        self, payloads: Iterable[Any], *, verb: str | None = None, key: str | None = None, **header: Any
    ) -> list[Published]:
        """Send many messages at once.

        Return one result per message, in order. One that fails does not stop the others.
        """
        results: list[Published | None] = []
        frames: list[Frame] = []
        stamped: list[tuple[int, Message[Any]]] = []
        for payload in payloads:
            message = self.stamp(payload, verb=verb, **header)
            try:
                frames.append(
                    pack(message, message.topic(key_of(message.payload) if key is None else key), self.format)
                )
                stamped.append((len(results), message))
                results.append(None)
            except CimbusError as error:
                results.append(Published(message, error))
        errors = await self.send(frames) if frames else ()
        for (index, message), failure in zip(stamped, errors, strict=True):
            results[index] = Published(message, failure)
        return [result for result in results if result is not None]

    def stamp(self, payload: Any, *, verb: str | None = None, **header: Any) -> Message[Any]:
        """Return a payload as a message of this application: what the header lacks is filled in."""
        if not isinstance(payload, Message):
            if self.source is not None:
                header.setdefault("source", self.source)
            if self.context is not None:
                header.setdefault("context", self.context)
            return Message[Any].of(payload, verb=verb, **header)
        message: Message[Any] = payload  # pyright: ignore[reportUnknownVariableType]
        given = message.header
        if verb is not None:
            header["verb"] = verb
        if given.source is None and self.source is not None:
            header.setdefault("source", self.source)
        if given.context is None and self.context is not None:
            header.setdefault("context", self.context)
        if given.timestamp is None:
            header.setdefault("timestamp", datetime.now(UTC))
        if not given.message_id:
            header.setdefault("message_id", str(uuid.uuid4()))
        return message.replace(**header) if header else message

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Hand frames to the middleware; one result each.

        Raises:
            ClosedError: the bus is not open.
        """
        if self._tasks is None:
            raise ClosedError("the bus is not open: use it in `async with`")
        return await self.transport.send(frames)

    # -- subscribe ------------------------------------------------------------------------------------------------

    @overload
    def subscribe(self, noun: type[N], **options: Unpack[SubscribeOptions]) -> Subscription[N]: ...
    @overload
    def subscribe(self, noun: str | None = None, **options: Unpack[SubscribeOptions]) -> Subscription[Any]: ...
    def subscribe(self, noun: type[Any] | str | None = None, **options: Unpack[SubscribeOptions]) -> Subscription[Any]:
        """Subscribe, pull style.

        ``async with bus.subscribe(MeterReadings) as readings: async for delivery in readings: ...``

        Args:
            noun: a class, the name of a noun, or None for all.
            options: ``verb``, ``key``: one only (by default all); ``kind``: events (by default), requests or replies,
                None for all; ``context``: by default the bus's, ``"*"`` for all; ``group``: consumers of one group
                share the messages (by default a copy of one's own); ``durable``: keep what comes while no consumer of
                the group is there; ``credit``: how many messages may be unsettled at once; ``max_attempts``: deliveries
                after which a message that is given back is set aside; ``inbox``: a file (or a ``Handled``) that
                remembers for a group what was accepted, which does not come again.

        Raises:
            UnsupportedError: the middleware cannot do that (when the block is entered).
            ValueError: an inbox without a group.
        """
        pattern = self.pattern(
            noun,
            verb=options.get("verb"),
            kind=options.get("kind", Kind.events),
            key=options.get("key"),
            context=options.get("context"),
        )
        group = options.get("group", "")
        reader = self.reader(group or f"subscription {pattern}", noun if isinstance(noun, type) else None)
        intake = Intake(
            patterns=(pattern,), group=group, durable=options.get("durable", False), credit=options.get("credit", 256)
        )
        inbox = options.get("inbox")
        if inbox is not None and not group:
            raise ValueError("an inbox needs a group: the name under which it remembers")
        if inbox is not None and not isinstance(inbox, Handled):
            inbox = Handled(inbox)
        return Subscription(self.transport, intake, reader, max_attempts=options.get("max_attempts", 5), inbox=inbox)

    def pattern(
        self,
        noun: type[Any] | str | None = None,
        *,
        verb: str | None = None,
        kind: str | None = None,
        key: str | None = None,
        context: str | None = None,
    ) -> Pattern:
        """Return the pattern for a noun on this bus."""
        word = noun_of(noun).header if isinstance(noun, type) else noun
        where = (context or self.context or DEFAULT_CONTEXT).lower()
        return Pattern(None if where == "*" else where, None if kind is None else str(kind), word, verb, key)

    def reader(self, consumer: str, payload: type[Any] | None = None) -> Reader:
        """Return what reads messages for a consumer on this bus."""
        return Reader(consumer, self.dead_letters, payload=payload, strict=self.strict, limits=self.limits)

    # -- ask ------------------------------------------------------------------------------------------------------

    @overload
    async def request(self, payload: Query[R_co], *, timeout: float = 30, **options: Any) -> Message[R_co]: ...
    @overload
    async def request(self, payload: Any, *, timeout: float = 30, **options: Any) -> Message[Any]: ...
    async def request(self, payload: Any, *, timeout: float = 30, **options: Any) -> Message[Any]:
        """Send a request and return its reply.

        Args:
            payload: a query (then the verb is ``get``), another noun (then ``create``, if not said), or a ``Message``.
            timeout: seconds to wait for the reply.
            options: ``verb``, ``key``, and header fields.

        Raises:
            ReplyTimeoutError: no reply in time.
            ReplyError: the reply says FAILED, or is a FaultMessage.
            RequestError: the reply comes in parts (use ``replies``), or the bus was closed.
        """
        async with self.replies(payload, timeout=timeout, _asynchronous=False, **options) as replies:
            async for reply in replies:
                if reply.result == "PARTIAL":
                    raise RequestError("the reply comes in parts: use bus.replies(...), which returns all of them")
                return reply
        raise RequestError("no reply")

    @asynccontextmanager
    async def replies(
        self,
        payload: Any,
        *,
        timeout: float = 30,
        verb: str | None = None,
        key: str | None = None,
        _asynchronous: bool = True,
        **header: Any,
    ) -> AsyncGenerator[Replies, None]:
        """Send a request that is answered later, perhaps in parts, and iterate over the replies within the block.

        ``async with bus.replies(GetMeterReadings(...)) as replies: async for reply in replies: ...``

        Raises:
            ReplyTimeoutError: the last reply has not come within ``timeout`` seconds.
            ReplyError: a reply says FAILED, or is a FaultMessage.
        """
        if self._tasks is None:
            raise ClosedError("the bus is not open: use it in `async with`")
        await self._replies.open(self._tasks)
        message = self._asking(payload, verb, asynchronous=_asynchronous, **header)
        with self._replies.waiting(message) as waiting, anyio.move_on_after(timeout) as scope:
            await self.publish(message, key=key)
            yield Replies(waiting)
        if scope.cancelled_caught:
            where = message.topic().noun
            raise ReplyTimeoutError(f"no{' last' if waiting.acknowledged else ''} reply from {where} in {timeout} s")

    def _asking(self, payload: Any, verb: str | None, *, asynchronous: bool, **header: Any) -> Message[Any]:
        """Return a request with the address for its replies."""
        if verb is None and not isinstance(payload, Message):
            made = Message[Any].of(payload, **header)
            verb = made.header.verb if made.payload_area.in_request else "create"
        message = self.stamp(payload, verb=verb, **header)
        filled: dict[str, Any] = {"ack_required": True}
        if message.header.reply_address is None:
            filled["reply_address"] = self._replies.address(message)
        if asynchronous:
            filled["async_reply_flag"] = True
        return message.replace(**filled)

    def _unpack(self, frame: Frame) -> Message[Any]:
        return unpack(frame, strict=self.strict, limits=self.limits)

    # -- serve ----------------------------------------------------------------------------------------------------

    async def serve(self, *components: Service) -> None:
        """Run components on this bus until cancelled, or until all of them were stopped."""
        with lone_error():
            async with anyio.create_task_group() as group:
                for component in components:
                    group.start_soon(component.run, self)
