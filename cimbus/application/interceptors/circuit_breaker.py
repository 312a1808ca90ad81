"""A handler that fails again and again is called no more for a while, and then once, to see whether it works again."""

from __future__ import annotations

from typing import Any, Final

import anyio

from cimbus.application.chain import CallNext
from cimbus.application.clock import CLOCK, Clock
from cimbus.application.context import HandlerContext
from cimbus.application.failures import CircuitBreaker, Postpone, Reject
from cimbus.errors import DecodeError, ReplyError
from cimbus.interface.message import Message
from cimbus.middleware.safe_log import safe_logger

log: Final = safe_logger("cimbus")

WORKS: Final = (Reject, ReplyError, DecodeError)
"""Raised because of the message: the handler works."""


class CircuitBreakerInterceptor:
    """Around each attempt of one handler, whatever its message.

    >>> from cimbus import Delivery, Frame, Topic
    >>> from cimbus.nouns import EndDeviceEvents
    >>> message = Message.of(EndDeviceEvents(), verb="created", message_id="m-1")
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> breaker = CircuitBreakerInterceptor(CircuitBreaker(failures=1, reset_timeout=0.01), "OMS")
    >>> async def main():
    ...     async def fail(message, context): raise OSError("no database")
    ...     async def work(message, context): return "handled"
    ...     context = HandlerContext(Delivery(frame, lambda *_: None))
    ...     try:
    ...         await breaker(message, context, fail)
    ...     except OSError:
    ...         print(breaker.waiting)
    ...     print(await breaker(message, context, work), repr(breaker.waiting))
    >>> import logging
    >>> logging.disable()  # it is logged, too
    >>> anyio.run(main)
    the circuit is open after 1 failed attempts: OSError: no database
    handled ''
    >>> logging.disable(logging.NOTSET)

    Attributes:
        waiting: why the handler is not called; empty if it is.
    """

    def __init__(self, policy: CircuitBreaker, consumer: str, clock: Clock = CLOCK) -> None:
        self.waiting = ""
        self._policy = policy
        self._consumer = consumer
        self._clock = clock
        self._failures = 0
        """In a row."""
        self._probing = False
        """A message waits for the time at which it is tried, or is being tried."""
        self._opened = 0.0
        self._changed = anyio.Event()

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Call the rest of the chain, once the circuit lets this message through."""
        probe = bool(self.waiting) and await self._admitted()
        try:
            result = await call_next(message, context)
        except WORKS:
            self._close()
            raise
        except Postpone:
            raise
        except Exception as error:
            self._failed(error)
            raise
        else:
            if self._failures:
                self._close()
            return result
        finally:
            if probe:
                self._probing = False
                self._tell()

    async def closed(self) -> None:
        """Wait until the circuit is closed, or a message is needed to try the handler with."""
        while self.waiting and self._probing:
            await self._wait()

    async def _admitted(self) -> bool:
        """Wait, and hold the worker, until the handler may be called; return whether this call is the trial."""
        while self.waiting:
            if self._probing:
                await self._wait()
                continue
            self._probing = True
            try:
                await self._clock.pause(max(0.0, self._opened + self._policy.reset_timeout - self._clock.now()))
            except BaseException:  # cancelled: another one may try
                self._probing = False
                self._tell()
                raise
            return True
        return False

    async def _wait(self) -> None:
        with self._clock.idle():
            await self._changed.wait()

    def _failed(self, error: Exception) -> None:
        self._failures += 1
        if self._failures < self._policy.failures:
            return
        self._opened = self._clock.now()
        self.waiting = f"the circuit is open after {self._failures} failed attempts: {type(error).__name__}: {error}"
        log.warning("%s: %s; it is tried again in %g s", self._consumer, self.waiting, self._policy.reset_timeout)

    def _close(self) -> None:
        self._failures = 0
        if self.waiting:
            self.waiting = ""
            log.warning("%s: the circuit is closed: the handler works again", self._consumer)
            self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()
