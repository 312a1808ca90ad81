"""One application on the bus (the application adapter of IEC 61968-1, 5.3).

Its handlers, and what becomes of their messages.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final, Protocol, TypeVar, overload

import anyio

from .bus import Bus
from .handled import Handled, Work
from .handler import Counters, Declared, Handler, takes_work
from .message import Message
from .model import noun_of
from .retry import Retry
from .tasks import lone_error
from .topic import Kind

N = TypeVar("N")
R = TypeVar("R")

log: Final = logging.getLogger("cimbus")

DEFAULT_RETRY: Final = Retry()


class Handling(Protocol[N]):
    """A decorator of handlers for messages of one kind; it returns the function as it was."""

    @overload
    def __call__(self, function: Callable[[Message[N]], R], /) -> Callable[[Message[N]], R]: ...
    @overload
    def __call__(self, function: Callable[[Message[N], Work], R], /) -> Callable[[Message[N], Work], R]: ...


class Component:
    """An application's handlers.

    Handlers are declared at import time and run on a bus later::

        oms = Component("OMS")

        @oms.on(EndDeviceEvents, verb="created", concurrency=16)
        async def power_off(message: Message[EndDeviceEvents]) -> None: ...

        await oms.run(bus)

    Each handler has a subscription of its own, in the group ``<component>.<handler>``: several processes with the
    same component share the work, and what comes while none of them is there is kept, where the middleware can.

    Args:
        name: of the application, also Header.Source of its replies where the bus names none.
        retry: for handlers that do not say otherwise.
        grace: seconds that handlers have to finish after ``stop``.
        inbox: a file (or a ``Handled``) that remembers which messages were handled, so that one delivered again is
            not handled again. A handler that takes a ``Work`` behind its message writes its effects with it, exactly
            once. Without, a message may be handled again after a crash or a lost connection.
    """

    def __init__(
        self,
        name: str,
        *,
        retry: Retry = DEFAULT_RETRY,
        grace: float = 10.0,
        inbox: Handled | str | os.PathLike[str] | None = None,
    ) -> None:
        self.name = name
        self.inbox = inbox if inbox is None or isinstance(inbox, Handled) else Handled(inbox)
        self.grace = grace
        self.counters: dict[str, Counters] = {}
        """By handler name."""
        self._retry = retry
        self._declared: list[Declared] = []
        self._stop = anyio.Event()

    # -- declaring ------------------------------------------------------------------------------------------------

    @overload
    def on(self, noun: type[N], **options: Any) -> Handling[N]: ...
    @overload
    def on(self, noun: str | None = None, **options: Any) -> Handling[Any]: ...
    def on(self, noun: type[Any] | str | None = None, **options: Any) -> Any:
        """Declare a handler for events.

        The handler may be synchronous (it then runs in a thread). When it returns, the message is accepted; when it
        raises, it is tried again after a pause, and in the end set aside as a dead letter.

        Args:
            noun: a class, the name of a noun, or None for all.
            options: ``verb``, ``key``, ``context`` to narrow it down; ``name`` (part of the group's name: keep it
                when you rename the
                function; by default noun and verb); ``concurrency``: how many messages at once, those of one key
                always in order; ``credit``: unsettled messages at most; ``durable``: False for only what comes while it
                runs; ``retry``: a ``Retry``.

        Raises:
            ValueError: a handler of that name exists.
        """
        return self._declare(noun, Kind.events, options)

    @overload
    def answers(self, noun: type[N], **options: Any) -> Handling[N]: ...
    @overload
    def answers(self, noun: str | None = None, **options: Any) -> Handling[Any]: ...
    def answers(self, noun: type[Any] | str | None = None, **options: Any) -> Any:
        """Declare a handler for requests; what it returns is the reply.

        It returns the reply's payload, a whole ``Message`` (``request.reply(...)``), or None for a plain OK; an
        asynchronous generator yields the payloads of a reply in parts (PARTIAL, ..., OK). Raising a ``ReplyError``
        replies FAILED with its code, at once; any other exception is tried again and then replied to with 5.3.
        Options as for ``on``; the verb of a query is ``get``.

        Raises:
            ValueError: a handler of that name exists.
        """
        if isinstance(noun, type) and noun_of(noun).query:
            options.setdefault("verb", "get")
        return self._declare(noun, Kind.requests, options)

    def _declare(self, noun: type[Any] | str | None, kind: Kind, options: dict[str, Any]) -> Any:
        verb: str | None = options.pop("verb", None)
        word = noun_of(noun).name if isinstance(noun, type) else noun
        name: str = options.pop("name", None) or ".".join(filter(None, (word or str(kind), verb)))
        if any(declared.name == name for declared in self._declared):
            raise ValueError(f"{self.name} has a handler named {name!r}; give this one another name=")
        concurrency: int = options.pop("concurrency", 1)
        if concurrency < 1:
            raise ValueError(f"concurrency is how many messages are handled at once: at least 1, not {concurrency}")
        settings: dict[str, Any] = {
            "key": options.pop("key", None),
            "context": options.pop("context", None),
            "credit": options.pop("credit", max(256, 4 * concurrency)),
            "durable": options.pop("durable", None),
            "retry": options.pop("retry", self._retry),
        }
        if options:
            raise TypeError(
                f"unknown options: {', '.join(options)}; there are {', '.join(settings)}, name, verb, concurrency"
            )

        def declare(function: Callable[..., R]) -> Callable[..., R]:
            if self.inbox is None and takes_work(function):
                raise ValueError(
                    f"{name} takes a Work, and {self.name} has no inbox to do it in: Component(inbox=FILE)"
                )
            self.counters[name] = Counters()
            self._declared.append(
                Declared(
                    name=name, function=function, noun=noun, verb=verb, kind=kind, concurrency=concurrency, **settings
                )
            )
            return function

        return declare

    @property
    def handlers(self) -> tuple[Declared, ...]:
        """The handlers declared so far."""
        return tuple(self._declared)

    # -- running --------------------------------------------------------------------------------------------------

    async def run(self, bus: Bus, *, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Run all handlers until ``stop`` is called, or cancelled.

        With ``task_group.start(component.run, bus)``, returns when every subscription exists.

        Raises:
            UnsupportedError: the middleware cannot do what a handler declares.
            ClosedError: a subscription cannot be kept.
            CimbusError: the inbox cannot be opened.
        """
        if not self._declared:
            raise ValueError(f"{self.name} has no handlers: declare them with @component.on(...) or .answers(...)")
        self._stop = anyio.Event()
        waiting = len(self._declared)

        def started() -> None:
            nonlocal waiting
            waiting -= 1
            if waiting == 0:
                task_status.started()

        with lone_error():
            async with self.inbox or nullcontext(), anyio.create_task_group() as group:
                for declared in self._declared:
                    handler = Handler(declared, self.name, bus, self.counters[declared.name], self.inbox)
                    group.start_soon(self._run_one, handler, started)

    async def _run_one(self, handler: Handler, started: Callable[[], None]) -> None:
        left = await handler.run(self._stop, started, self.grace)
        if left:
            log.warning("%s: stopped with %d messages unsettled; they will be delivered again", handler.group, left)

    def stop(self) -> None:
        """Stop taking messages in, finish those begun, then let ``run`` return."""
        self._stop.set()
