"""A worker's connection to its supervisor, as the worker sees it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, MutableMapping
from typing import Final, Self

from anyio.abc import SocketStream

from cimbus.cli.health.program_health import ProgramHealth

VARIABLE: Final = "CIMBUS_WORKER"
"""``NUMBER:DESCRIPTOR`` of the worker and of its end of the pair of sockets."""


class WorkerSide:
    """Serves a worker's health to its supervisor.

    Args:
        number: of the worker, from 1.
        descriptor: of the connected socket that it inherited.
    """

    def __init__(self, number: int, descriptor: int) -> None:
        self.number = number
        self._descriptor = descriptor

    @classmethod
    def of_environment(cls, environment: MutableMapping[str, str] | None = None) -> Self | None:
        """Return the connection that the environment names, and remove it there; None: this process is no worker.

        >>> WorkerSide.of_environment({"CIMBUS_WORKER": "2:7"}).number, WorkerSide.of_environment({})
        (2, None)
        """
        found = (os.environ if environment is None else environment).pop(VARIABLE, "")
        number, _, descriptor = found.partition(":")
        return cls(int(number), int(descriptor)) if number.isdigit() and descriptor.isdigit() else None

    async def serve(self, health: ProgramHealth, gone: Callable[[], object]) -> None:
        """Serve until the supervisor closes the connection, which it does when it ends; then call ``gone``."""
        from cimbus.cli.health.endpoints import worker_server

        stream = await SocketStream.from_socket(socket.socket(fileno=self._descriptor))
        await worker_server(health).serve_connection(stream, timeout=None)
        gone()
