"""A failed attempt is repeated after a pause, a bounded number of times; one that is postponed is not counted."""

from __future__ import annotations

import time
from typing import Any, Final

from cimbus.application.chain import CallNext
from cimbus.application.context import HandlerContext
from cimbus.application.counters import HandlerCounters
from cimbus.application.failures import Postpone, Reject
from cimbus.application.replier import UnansweredError
from cimbus.application.retry import Retry
from cimbus.errors import DecodeError
from cimbus.interface.message import Message
from cimbus.middleware.expiry import is_expired
from cimbus.middleware.safe_log import safe_logger

log: Final = safe_logger("cimbus")

FINAL: Final = (DecodeError, Reject, UnansweredError)
"""What another attempt cannot mend: a payload that cannot be read (it is decoded when it is first looked at), what the
handler rejects, and a reply that cannot be delivered, whose work is done."""


class RetryInterceptor:
    """Calls the rest of the chain until it returns, or has failed as often as the policy allows.

    >>> import anyio
    >>> from cimbus import Delivery, Frame, Topic
    >>> from cimbus.nouns import EndDeviceEvents
    >>> message = Message.of(EndDeviceEvents(), verb="created", message_id="m-1")
    >>> frame = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created"), body=b"")
    >>> context = HandlerContext(Delivery(frame, lambda *_: None))
    >>> async def unlucky(message, context):
    ...     if context.attempt < 3:
    ...         raise OSError("the database is restarting")
    ...     return f"handled in attempt {context.attempt}"
    >>> retry = RetryInterceptor(Retry(attempts=3, initial_delay=0), "OMS", HandlerCounters())
    >>> anyio.run(retry, message, context, unlucky)
    'handled in attempt 3'
    """

    def __init__(self, policy: Retry, consumer: str, counters: HandlerCounters) -> None:
        self._policy = policy
        self._consumer = consumer
        self._counters = counters

    async def __call__(self, message: Message[Any], context: HandlerContext, call_next: CallNext) -> Any:
        """Call the rest of the chain until it returns, the attempts are used up, or the message expires."""
        policy = self._policy
        while True:
            try:
                return await call_next(message, context)
            except FINAL as error:
                context.note(error)
                raise
            except Postpone as postponed:
                if is_expired(context.delivery.value, time.time() + postponed.seconds):
                    raise
                await context.wait_for_attempt(postponed.seconds)
                continue
            except Exception as error:  # whatever the user's code raises is a failed attempt
                context.note(error)
                pause = policy.pause(context.attempt)
                late = is_expired(context.delivery.value, time.time() + pause)  # it was of use when it came
                if context.attempt >= policy.attempts or late or not policy.repeats(error):
                    raise
                log.warning("%s: attempt %d of %d failed: %r", self._consumer, context.attempt, policy.attempts, error)
            self._counters.add("retried")
            await context.wait_for_attempt(pause)
            context.attempt += 1
