"""How a handler's function is called: its parameters are told apart by their annotations."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final, cast

import anyio.to_thread

from cimbus.errors import DecodeError
from cimbus.interface.message import Message

from .chain import CallNext
from .context import HandlerContext
from .handler_parameters import Parameter, name_of, parameters_of

_IN_THREADS: Final[Counter[str]] = Counter()
"""How many calls of each synchronous handler run now, in whatever thread: a thread cannot be cancelled."""


def handlers_in_threads() -> list[str]:
    """Return the names of the synchronous handlers of this process that have not returned.

    >>> handlers_in_threads()
    []
    """
    return sorted(+_IN_THREADS)


def takes_unit_of_work(function: Callable[..., Any]) -> bool:
    """Return whether a handler of messages declares a ``UnitOfWork``.

    Raises:
        TypeError: it takes no message, or something that is not known.
    """
    return "work" in message_parameters(function)


def message_parameters(function: Callable[..., Any], noun: type[Any] | str | None = None) -> tuple[Parameter, ...]:
    """Return what the parameters of a handler of messages are.

    Raises:
        TypeError: it takes no message, or something that is not known.
    """
    found = parameters_of(function, noun)
    if not {"message", "payload"} & set(found):
        name = name_of(function)
        raise TypeError(f"{name} takes no message: declare it as `async def {name}(message: Message[...])`")
    return found


def arguments_of(parameters: Sequence[Parameter]) -> Callable[[Any, HandlerContext], tuple[Any, ...]]:
    """Return a function that makes a handler's arguments of a message and its context."""
    get = tuple(_ARGUMENTS[each] for each in parameters)
    return lambda message, context: tuple(each(message, context) for each in get)


_ARGUMENTS: Final[Mapping[Parameter, Callable[[Any, HandlerContext], Any]]] = {
    "message": lambda message, _: message,
    "payload": lambda message, _: _payload_of(message),
    "work": lambda _, context: context.unit_of_work,
    "context": lambda _, context: context,
    "state": lambda _, context: context.state,
}


def _payload_of(message: Message[Any]) -> Any:
    payload = message.payload
    if payload is None:
        raise DecodeError("the message has no payload", header=message.header)
    return payload


def caller_of(function: Callable[..., Any], noun: type[Any] | str | None = None) -> CallNext:
    """Return the end of a chain: a coroutine function that calls the handler.

    A synchronous handler runs in a thread; of an asynchronous generator the iterator is returned.
    """
    parameters = message_parameters(function, noun)
    if parameters == ("message",):
        return called(function, lambda message, _: function(message))
    arguments = arguments_of(parameters)
    return called(function, lambda message, context: function(*arguments(message, context)))


def called(function: Callable[..., Any], call: Callable[[Any, HandlerContext], Any]) -> CallNext:
    """Return ``call``, which calls ``function`` with its arguments, as a coroutine function.

    A synchronous function runs in a thread; of an asynchronous generator the iterator is returned.
    """
    if inspect.isasyncgenfunction(function):

        async def generate(message: Any, context: HandlerContext) -> AsyncIterator[Any]:
            return cast("AsyncIterator[Any]", call(message, context))

        return generate
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(getattr(function, "__call__", None)):  # noqa: B004
        return call

    name = name_of(function)

    def counted(message: Any, context: HandlerContext) -> Any:
        _IN_THREADS[name] += 1
        try:
            result = call(message, context)
            return list(result) if inspect.isgenerator(result) else result  # it runs as it is iterated: here
        finally:
            _IN_THREADS[name] -= 1

    async def in_thread(message: Any, context: HandlerContext) -> Any:
        return await anyio.to_thread.run_sync(counted, message, context, abandon_on_cancel=True)

    return in_thread
