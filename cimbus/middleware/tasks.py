"""Task groups as an implementation detail: a single error leaves them as it was raised, not wrapped in a group."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import anyio
from anyio.abc import TaskGroup


@contextmanager
def unwrap_single_error() -> Generator[None]:
    """Raise the only error of an exception group in the group's place; a group of several stays one."""
    try:
        yield
    except BaseExceptionGroup as group:
        single = _single(group)
        if single is None:
            raise
        raise single from single.__cause__


def _single(group: BaseExceptionGroup[BaseException]) -> BaseException | None:
    """Return the only error in a group, whatever it is nested in; None if there are several."""
    while len(group.exceptions) == 1:
        error = group.exceptions[0]
        if not isinstance(error, BaseExceptionGroup):
            return error
        group = error  # pyright: ignore[reportUnknownVariableType]  # narrowing forgets the parameter
    return None


@asynccontextmanager
async def background() -> AsyncGenerator[TaskGroup, None]:
    """Run a block with tasks beside it; they are cancelled when it ends."""
    with unwrap_single_error():
        async with anyio.create_task_group() as group:
            try:
                yield group
            finally:
                group.cancel_scope.cancel()
