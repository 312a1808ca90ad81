"""The types of the decorators that declare handlers: which functions they take, and what these may return."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, Protocol, TypeVar, overload

from cimbus.application.unit_of_work import UnitOfWork
from cimbus.interface.element import XmlElement
from cimbus.interface.message import Message
from cimbus.interface.model import Cim
from cimbus.interface.query import QueryPayload

from .context import Context

Publishable = Cim | XmlElement | Message[Any]
"""What can be published."""
Returned = Publishable | Sequence[Publishable] | None
"""What a handler returns: nothing, or what is to be published (or replied)."""
Result = Exception | None
"""What became of one message of a batch."""

N = TypeVar("N")
Q_co = TypeVar("Q_co", covariant=True)
R = TypeVar("R")
S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
A = TypeVar("A")
"""The first parameter of a function: a message, a payload, or a list of messages."""
H = TypeVar("H", bound=Awaitable[Returned] | AsyncIterator[Publishable] | Iterator[Publishable] | Returned)
B = TypeVar("B", bound=Awaitable[Sequence[Result] | None] | Sequence[Result] | None)
WithState = Callable[[A, S], R] | Callable[[A, S, UnitOfWork], R] | Callable[[A, UnitOfWork, S], R]
"""Functions that take the component's state."""
Taking = (
    Callable[[A], R]
    | Callable[[A, UnitOfWork], R]
    | Callable[[A, Context[S]], R]
    | Callable[[A, Context[S], UnitOfWork], R]
    | Callable[[A, UnitOfWork, Context[S]], R]
    | WithState[A, S, R]
)
"""Functions that may be handlers."""


class HandlerDecorator(Protocol[N, S_co]):  # pyright: ignore[reportInvalidTypeVarUse]  # mypy wants it covariant
    """A decorator of handlers for messages of one noun; it returns the function as it was.

    The first parameter is the message, or its payload; a unit of work, the context, or the component's state follow.
    """

    @overload
    def __call__(self, function: Callable[[Message[N]], H], /) -> Callable[[Message[N]], H]: ...
    @overload
    def __call__(self, function: Callable[[Message[N], UnitOfWork], H], /) -> Callable[[Message[N], UnitOfWork], H]: ...
    @overload
    def __call__(
        self, function: Callable[[Message[N], Context[S_co]], H], /
    ) -> Callable[[Message[N], Context[S_co]], H]: ...
    @overload
    def __call__(
        self, function: Callable[[Message[N], Context[S_co], UnitOfWork], H], /
    ) -> Callable[[Message[N], Context[S_co], UnitOfWork], H]: ...
    @overload
    def __call__(
        self, function: Callable[[Message[N], UnitOfWork, Context[S_co]], H], /
    ) -> Callable[[Message[N], UnitOfWork, Context[S_co]], H]: ...
    @overload
    def __call__(self, function: WithState[Message[N], S_co, H], /) -> Callable[..., H]: ...
    @overload
    def __call__(self, function: Callable[[N], H], /) -> Callable[[N], H]: ...
    @overload
    def __call__(self, function: Callable[[N, UnitOfWork], H], /) -> Callable[[N, UnitOfWork], H]: ...
    @overload
    def __call__(self, function: Callable[[N, Context[S_co]], H], /) -> Callable[[N, Context[S_co]], H]: ...
    @overload
    def __call__(
        self, function: Callable[[N, Context[S_co], UnitOfWork], H], /
    ) -> Callable[[N, Context[S_co], UnitOfWork], H]: ...
    @overload
    def __call__(
        self, function: Callable[[N, UnitOfWork, Context[S_co]], H], /
    ) -> Callable[[N, UnitOfWork, Context[S_co]], H]: ...
    @overload
    def __call__(self, function: WithState[N, S_co, H], /) -> Callable[..., H]: ...


class QueryHandlerDecorator(Protocol[Q_co, S_co]):  # pyright: ignore[reportInvalidTypeVarUse]  # mypy wants it covariant
    """A decorator of handlers for queries: they return what the query asks for, or a message of it, or nothing."""

    @overload
    def __call__(
        self: QueryHandlerDecorator[QueryPayload[R], S_co],
        function: Taking[
            Message[Q_co], AsyncIterator[R] | Awaitable[R | Message[R] | None] | R | Message[R] | None, S_co
        ],
        /,
    ) -> Any: ...
    @overload
    def __call__(
        self: QueryHandlerDecorator[QueryPayload[R], S_co],
        function: Taking[Q_co, AsyncIterator[R] | Awaitable[R | Message[R] | None] | R | Message[R] | None, S_co],
        /,
    ) -> Any: ...


class BatchDecorator(Protocol[N, S_co]):  # pyright: ignore[reportInvalidTypeVarUse]  # mypy wants it covariant
    """A decorator of handlers for several messages of one noun at once.

    They return nothing, or for each message None or the exception that says why it could not be handled.
    """

    def __call__(self, function: Taking[list[Message[N]], B, S_co], /) -> Callable[..., B]:
        """Declare the function as a handler, and return it."""
        ...


class TimerDecorator(Protocol[S]):
    """A decorator of functions that are called at intervals."""

    @overload
    def __call__(self, function: Callable[[], H], /) -> Callable[[], H]: ...
    @overload
    def __call__(self, function: Callable[[Context[S]], H], /) -> Callable[[Context[S]], H]: ...
    @overload
    def __call__(self, function: Callable[[S], H], /) -> Callable[[S], H]: ...
