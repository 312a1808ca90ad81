"""A whole program: its buses are opened, and its components run on them."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Protocol

import anyio
import anyio.abc

from cimbus.middleware.tasks import unwrap_single_error

from .handlers.named_buses import Buses, NamedBuses


class Serves(Protocol):
    """A component."""

    async def run(self, bus: Buses, *, task_status: anyio.abc.TaskStatus[None] = ...) -> None:
        """Run until stopped or cancelled."""
        ...


async def serve(
    buses: Buses, *components: Serves, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    """Open one bus, or several by name, and run components on them until each has stopped, or cancelled.

    With ``task_group.start(serve, buses, component)``, returns when every subscription exists.

    >>> from cimbus import Bus, Component, Message
    >>> from cimbus.nouns import EndDeviceEvents
    >>> tickets = Component("TICKETS")
    >>> @tickets.every(0.001, bus="field")
    ... async def look():
    ...     print("looked")
    ...     tickets.stop()
    >>> anyio.run(serve, {"field": Bus("memory:"), "platform": Bus("memory:")}, tickets)
    looked

    Args:
        buses: not open yet.
        components: whose handlers say by ``bus`` which of several they mean.
        task_status: of the task group.

    Raises:
        ConnectError: a bus cannot be reached.
        UsageError: a handler asks for a bus that there is not, or does not say which of several.
        CimbusError: as ``Component.run``.
    """
    named = NamedBuses.of(buses)
    with unwrap_single_error():
        async with AsyncExitStack() as stack:
            for bus in named.values():
                await stack.enter_async_context(bus)
            group = await stack.enter_async_context(anyio.create_task_group())
            for component in components:
                await group.start(component.run, named)
            task_status.started()
