"""OperationSet: several operations of one request, in order, and all or nothing where the request says so.

========================================  ==============================================================================
``enforceMsgSequence``                    operations are applied in ascending ``operationId``; otherwise as they stand
``enforceTransactionalIntegrity``         the first failure ends the set; what was applied is undone, the last first
neither                                   each operation is applied, whatever became of the others
========================================  ==============================================================================

The reply has an Error for each operation, with its ``operationId``: 0.0 for what was applied, 5.2 for what was not
attempted, 5.9 for what was undone, and for what failed the code of its ``ReplyError``, else 5.3.
"""

from __future__ import annotations

import inspect
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack
from typing import Any, Final, TypeVar

import anyio.to_thread

from cimbus.codes import ATTEMPTED_AND_FAILED, NO_ERROR
from cimbus.errors import ReplyError
from cimbus.interface.envelope import Error, LevelKind
from cimbus.interface.message import Message
from cimbus.interface.topic import past_tense
from cimbus.middleware.safe_log import safe_logger

from .operation_step import OperationStep, step_of

Undo = Callable[[], Awaitable[None] | None]
"""Takes back what a handler of an operation did."""
StepHandler = Callable[[OperationStep], Awaitable[Undo | None] | Undo | None]
"""Applies an operation; returns what undoes it, or None where there is nothing to undo."""
H = TypeVar("H", bound=StepHandler)
TransactionFactory = Callable[[], AbstractAsyncContextManager[object] | AbstractContextManager[object]]
"""Opens a transaction, which is rolled back when its block raises."""

log: Final = safe_logger("cimbus")

NOT_READABLE_SET: Final = "1.6"
"""A mandatory element of the request is missing: no OperationSet, or an operationId that two operations have."""
INVALID_NOUN: Final = "2.5"
INVALID_VERB: Final = "2.9"
NOT_ATTEMPTED: Final = "5.2"
UNDONE: Final = "5.9"
"""Aborted to keep the transaction whole."""


class OperationHandlers:
    """Handlers of operations, by noun and verb; ``apply`` applies the OperationSet of a request and returns the reply.

    >>> import anyio
    >>> from cimbus import Message
    >>> from cimbus.interface.envelope import Operation, OperationSet
    >>> operations = OperationHandlers()
    >>> switched = []
    >>> @operations.on("EndDeviceControls", verb="create")
    ... async def create(step: OperationStep):
    ...     switched.append(step.number)
    ...     return switched.pop
    >>> steps = tuple(Operation(operation_id=n, noun="EndDeviceControls", verb="create") for n in (2, 1))
    >>> request = Message.of(OperationSet(enforce_msg_sequence=True, operations=steps))
    >>> reply = anyio.run(operations.apply, request)
    >>> print(reply.result, [(error.operation_id, error.code) for error in reply.errors], switched)
    OK [(1, '0.0'), (2, '0.0')] [1, 2]

    In a component::

        @component.answers("OperationSet", verb="execute")
        async def execute(request):
            return await operations.apply(request)

    Args:
        transaction: opens a transaction around a set that is all or nothing, as a context manager; it is rolled back
            when an operation fails. What handlers return is called then, too: it undoes what is outside of it.
    """

    def __init__(self, *, transaction: TransactionFactory | None = None) -> None:
        self._transaction = transaction
        self._handlers: dict[tuple[str, str], StepHandler] = {}

    def on(self, noun: str, *, verb: str) -> Callable[[H], H]:
        """Declare the handler of a noun and a verb (``create``, ``change``, ``delete``; also for its past tense).

        A synchronous handler runs in a thread. It returns a function that undoes what it did, or None.

        Raises:
            ValueError: there is one already.
        """
        if (noun, verb) in self._handlers:
            raise ValueError(f"there is a handler for {verb} {noun} already")

        def declare(function: H) -> H:
            self._handlers[noun, verb] = function
            self._handlers.setdefault((noun, past_tense(verb)), function)
            return function

        return declare

    async def apply(self, request: Message[Any]) -> Message[Any]:
        """Apply the OperationSet of a request, and return the reply with an Error for each operation.

        The result is OK where every operation was applied, else FAILED. A cancelled set that is all or nothing is
        undone, too.
        """
        found = request.payload_area.operation_set
        if found is None or not found.operations:
            return request.reply(result="FAILED", errors=[Error(code=NOT_READABLE_SET, reason="no operations in it")])
        twice = [n for n, count in Counter(each.operation_id for each in found.operations).items() if count > 1]
        if twice:
            reason = f"operationId {twice[0]} occurs more than once"
            return request.reply(result="FAILED", errors=[Error(code=NOT_READABLE_SET, reason=reason)])
        steps = [step_of(operation, request) for operation in found.operations]
        if found.enforce_msg_sequence:
            steps.sort(key=lambda step: step.number)
        errors = await (self._whole(steps) if found.enforce_transactional_integrity else self._each(steps))
        return request.reply(errors=errors)

    async def _each(self, steps: list[OperationStep]) -> list[Error]:
        """Apply operations one after the other, each for itself."""
        errors: list[Error] = []
        for step in steps:
            try:
                await self._apply(step)
                errors.append(_error(step, NO_ERROR))
            except Exception as error:  # noqa: BLE001  # whatever a handler raises is answered
                errors.append(_failed(step, error))
        return errors

    async def _whole(self, steps: list[OperationStep]) -> list[Error]:
        """Apply operations all or none."""
        refused = {step.number: error for step in steps if (error := self._refusal(step)) is not None}
        if refused:
            return [refused.get(step.number) or _error(step, NOT_ATTEMPTED) for step in steps]
        done: list[tuple[OperationStep, Undo | None]] = []
        try:
            async with AsyncExitStack() as stack:
                await self._begin(stack)
                for step in steps:
                    done.append((step, await self._apply(step)))  # noqa: PERF401  # those done are needed in between
        except Exception as error:  # noqa: BLE001  # whatever a handler or a commit raises is answered
            unrepaired = await _undo(done)
            # a transaction that cannot be committed fails after the last operation, which then stands for it
            failed = steps[min(len(done), len(steps) - 1)]
            return [_outcome(step, failed, error, done, unrepaired) for step in steps]
        except BaseException:
            with anyio.CancelScope(shield=True):  # half a set is worse than a late end
                await _undo(done)
            raise
        return [_error(step, NO_ERROR) for step in steps]

    async def _begin(self, stack: AsyncExitStack) -> None:
        if self._transaction is None:
            return
        opened = self._transaction()
        if isinstance(opened, AbstractAsyncContextManager):
            await stack.enter_async_context(opened)
        else:
            stack.enter_context(opened)

    async def _apply(self, step: OperationStep) -> Undo | None:
        refusal = self._refusal(step)
        if refusal is not None:
            raise ReplyError(refusal.code, refusal.reason or "")
        undo: Undo | None = await _called(self._handlers[step.noun, step.verb], step)
        return undo

    def _refusal(self, step: OperationStep) -> Error | None:
        """Return why there is no handler for an operation, None if there is one."""
        if (step.noun, step.verb) in self._handlers:
            return None
        if any(noun == step.noun for noun, _ in self._handlers):
            return _error(step, INVALID_VERB, f"no {step.verb or 'verb'!r} of {step.noun} here")
        return _error(step, INVALID_NOUN, f"no operations of {step.noun or 'no noun'!r} here")


async def _called(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function: on the loop if it is asynchronous, else in a thread."""
    if inspect.iscoroutinefunction(function):
        return await function(*arguments)
    result = await anyio.to_thread.run_sync(lambda: function(*arguments))
    return await result if inspect.isawaitable(result) else result


async def _undo(done: list[tuple[OperationStep, Undo | None]]) -> set[int]:
    """Undo operations, the last one first; return the numbers of those that could not be undone."""
    unrepaired: set[int] = set()
    for step, undo in reversed(done):
        if undo is None:
            continue
        try:
            await _called(undo)
        except Exception:
            log.exception("operation %d of %s could not be undone", step.number, step.request)
            unrepaired.add(step.number)
    return unrepaired


def _outcome(
    step: OperationStep,
    failed: OperationStep,
    error: Exception,
    done: list[tuple[OperationStep, Undo | None]],
    unrepaired: set[int],
) -> Error:
    """Return what became of an operation of a set that failed as a whole."""
    if step.number in unrepaired:
        return _error(step, ATTEMPTED_AND_FAILED, "applied, and could not be undone", LevelKind.CATASTROPHIC)
    if step is failed:
        return _failed(step, error)
    return _error(step, UNDONE if any(each is step for each, _ in done) else NOT_ATTEMPTED)


def _error(step: OperationStep, code: str, reason: str | None = None, level: LevelKind | None = None) -> Error:
    level = level or (LevelKind.INFORM if code == NO_ERROR else LevelKind.FATAL)
    return Error(code=code, level=level, reason=reason, operation_id=step.number)


def _failed(step: OperationStep, error: Exception) -> Error:
    """Return the Error for an operation whose handler raised.

    The text of an exception may hold what is not for others: the requester gets the number of a line in the log.
    """
    if isinstance(error, ReplyError):
        first = next((each for each in error.errors if isinstance(each, Error)), None)
        code, reason = (error.code, error.reason) if first is None else (first.code, first.reason)
        return _error(step, code or ATTEMPTED_AND_FAILED, reason or None)
    incident = uuid.uuid4().hex[:12]
    log.error("incident %s: operation %d of %s failed: %r", incident, step.number, step.request, error)
    return _error(step, ATTEMPTED_AND_FAILED, f"the handler failed: incident {incident} in the log")
