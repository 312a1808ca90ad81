"""What a bus has open: its transport, its outbox, and the tasks of its requests."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import anyio
from anyio.abc import TaskGroup

from cimbus.middleware.deferred_transport import deferred
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.discovery import open_transport
from cimbus.middleware.frame import Frame
from cimbus.middleware.outbox import Outbox
from cimbus.middleware.safe_log import safe_logger
from cimbus.middleware.safe_url import bus_name
from cimbus.middleware.tasks import background
from cimbus.middleware.transport import Transport

from .audit import AuditTrail, audited
from .dead_letters import BusDeadLetters, DeadLetter, DeadLetters, LetterReplay

log: Final = safe_logger("cimbus")

FLUSH_TIMEOUT: Final = 5.0
"""How long closing waits for an outbox whose messages can be sent now, in seconds: a service that is being stopped
often has ten in all. What is left stays in the file."""


OUTBOX: Final = "outbox"
"""The consumer of dead letters that the middleware has refused."""


def transport_of(bus: str | Transport, *, lazy: bool, audit: AuditTrail | None = None) -> Transport:
    """Return the transport of a URL; a lazy one need not reach its middleware to be opened.

    With a trail, what passes it is written there.

    Raises:
        UsageError: the URL has an unknown scheme, or an invalid option.
    """
    transport = open_transport(bus) if isinstance(bus, str) else bus
    if audit is not None:
        transport = audited(transport, audit, bus_name(bus) if isinstance(bus, str) else "")
    return deferred(transport) if lazy else transport


@asynccontextmanager
async def connected(
    transport: Transport, outbox: Outbox | None, letters: DeadLetters, name: str, audit: AuditTrail | None = None
) -> AsyncGenerator[TaskGroup]:
    """Return the block in which a bus is open; it yields the group for tasks beside it.

    Raises:
        ConnectError: the middleware cannot be reached, and there is no outbox.
        CimbusError: the outbox cannot be opened.
    """

    async def reject(frame: Frame, reason: str) -> None:
        letter = DeadLetter(time=datetime.now(UTC), reason=reason, attempts=1, consumer=OUTBOX, frame=frame, bus=name)
        number = await letters.add(letter)
        log.error("the outbox: %s became dead letter %d: %s", frame.topic, number, reason)

    async with AsyncExitStack() as stack:
        if audit is not None:
            await stack.enter_async_context(audit.opened())
        await stack.enter_async_context(transport)
        if outbox is not None:
            await stack.enter_async_context(outbox.opened(transport.send, reject))
        tasks = await stack.enter_async_context(background())
        if isinstance(letters, BusDeadLetters):
            letters.run_in(tasks)
        if outbox is not None:
            tasks.start_soon(_replay, outbox, letters, name)
        yield tasks
        if outbox is not None and transport.ready:
            with anyio.move_on_after(FLUSH_TIMEOUT):
                await outbox.flush()


async def _replay(outbox: Outbox, letters: DeadLetters, name: str) -> None:
    """Put dead letters of the outbox into it again, where that is wanted."""

    async def add(delivery: Delivery[Frame]) -> None:
        (error,) = await outbox.add((delivery.value,))
        if error is None:
            delivery.accept()
        else:
            delivery.release()

    async with anyio.create_task_group() as tasks:
        await LetterReplay(letters, OUTBOX, name, lambda delivery: tasks.start_soon(add, delivery)).run()
