"""Each interceptor alone, around a function in place of the rest of the chain."""

from __future__ import annotations

import anyio
import pytest

from application.support import LIMIT, event, frame
from cimbus import DecodeError, Delivery, Inbox, Message, Outcome, Retry, UnitOfWork
from cimbus.application.context import HandlerContext
from cimbus.application.counters import HandlerCounters
from cimbus.application.dead_letters import DeadLetters
from cimbus.application.interceptors import (
    CommitInterceptor,
    DeadLetterInterceptor,
    DeadlineInterceptor,
    DeduplicationInterceptor,
    RetryInterceptor,
)
from cimbus.application.message_reader import MessageReader
from cimbus.interface.identity import MessageIdentity

pytestmark = pytest.mark.anyio
MESSAGE = Message.of(event(), message_id="m-1")


@pytest.fixture
def context():
    return HandlerContext(Delivery(frame(), lambda *_: None))


def failing(*errors):
    """Return the rest of a chain that raises these errors, one per call, and then returns how often it was called."""
    left, calls = list(errors), []

    async def call_next(message, context):
        calls.append(context.attempt)
        if left:
            raise left.pop(0)
        return calls

    return call_next


def retry(**options):
    return RetryInterceptor(Retry(initial_delay=0, **options), "OMS", HandlerCounters())


async def test_retry_repeats_what_fails(context):
    assert await retry(attempts=3)(MESSAGE, context, failing(LookupError(), OSError())) == [1, 2, 3]


async def test_retry_raises_the_last_error(context):
    with pytest.raises(OSError, match="the second"):
        await retry(attempts=2)(MESSAGE, context, failing(LookupError(), OSError("the second"), KeyError()))
    assert context.attempt == 2


async def test_retry_does_not_repeat_what_cannot_be_read(context):
    with pytest.raises(DecodeError):
        await retry(attempts=3)(MESSAGE, context, failing(DecodeError("no such element")))
    assert context.attempt == 1


async def test_a_dead_letter_holds_the_reason_and_the_attempts(context):
    letters, counters = DeadLetters(), HandlerCounters()
    context.attempt = 3

    await DeadLetterInterceptor(MessageReader("OMS", letters), counters)(MESSAGE, context, failing(LookupError("x")))

    (letter,) = await letters.letters()
    assert (letter.reason, letter.attempts, letter.consumer) == ("LookupError: x", 3, "OMS")
    assert (context.delivery.outcome, counters.failed) == (Outcome.REJECTED, 1)


async def test_a_deadline_is_a_failure_and_a_quick_handler_does_not_notice(context):
    async def slow(message, context):
        await anyio.sleep_forever()

    with anyio.fail_after(LIMIT):
        assert await DeadlineInterceptor(5)(MESSAGE, context, failing()) == [1]
        with pytest.raises(TimeoutError, match=r"not returned within 0\.01 s"):
            await DeadlineInterceptor(0.01)(MESSAGE, context, slow)


async def test_a_message_is_handled_once_and_a_failed_one_again(context, tmp_path):
    async with Inbox(tmp_path / "inbox.db") as inbox:
        deduplicate = DeduplicationInterceptor(inbox, "OMS")
        with pytest.raises(LookupError):
            await deduplicate(MESSAGE, context, failing(LookupError()))
        assert await deduplicate(MESSAGE, context, failing()) == [1]
        assert not context.duplicate
        assert await deduplicate(MESSAGE, context, failing()) is None
        assert context.duplicate


async def test_an_attempt_is_committed_and_statements_of_a_failed_one_are_forgotten(context):
    written = []

    async def write(work):
        written.append(list(work.statements))

    context.unit_of_work = UnitOfWork([MessageIdentity("m-1")], write)

    async def call_next(message, context):
        context.unit_of_work.execute("insert", context.attempt)
        if context.attempt == 1:
            raise LookupError

    with pytest.raises(LookupError):
        await CommitInterceptor()(MESSAGE, context, call_next)
    context.attempt = 2
    await CommitInterceptor()(MESSAGE, context, call_next)

    assert written == [[("insert", (2,))]]
