"""The chain around every handler: small interceptors, each with one job, composed once when the handler starts.

An interceptor is called with the message, its context, and the rest of the chain. What it does before ``call_next``
happens before the handler, what it does after happens after, and what ``call_next`` raises is the handler's failure (or
that of an interceptor further in)::

    async def measure(message, context, call_next):
        start = time.monotonic()
        try:
            return await call_next(message, context)
        finally:
            print(message, time.monotonic() - start)
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from cimbus.interface.message import Message

from .context import HandlerContext

CallNext = Callable[[Message[Any], HandlerContext], Awaitable[Any]]
"""The rest of a chain; it returns what the handler returned."""


class Interceptor(Protocol):
    """One link of a chain."""

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Do something before, after, or instead of the rest of the chain."""
        ...


def compose(interceptors: Iterable[Interceptor], handler: CallNext) -> CallNext:
    """Return one function that calls interceptors, the first outermost, and in the middle the handler."""
    chain = handler
    for interceptor in reversed(list(interceptors)):
        chain = _linked(interceptor, chain)
    return chain


def _linked(interceptor: Interceptor, call_next: CallNext) -> CallNext:
    # a method is called faster than its object, and a function faster than a partial one: it is done for each message
    call = interceptor if inspect.isroutine(interceptor) else interceptor.__call__
    return lambda message, context: call(message, context, call_next)
