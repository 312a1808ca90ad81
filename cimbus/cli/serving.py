"""Serves the health of a program over HTTP and to the service manager."""

from __future__ import annotations

import anyio.abc

from cimbus.errors import MissingExtraError

from .health.address import HttpAddress
from .health.health_check import CheckedProgram
from .output import remark
from .service_manager import ServiceManager


async def serve_health(
    tasks: anyio.abc.TaskGroup, program: CheckedProgram, address: HttpAddress | None, manager: ServiceManager
) -> None:
    """Serve the health of a program in tasks of a group, and keep the service manager's watchdog.

    Raises:
        MissingExtraError: h11 is not installed.
        CimbusError: the server cannot listen there.
    """
    tasks.start_soon(manager.keep_watchdog, lambda: program.live().ok)
    if address is None:
        return
    try:
        from .health.endpoints import health_server
    except ImportError as error:
        raise MissingExtraError("--health needs h11; install it with: pip install 'cimbus[cli]'") from error
    port = await tasks.start(health_server(program).serve, address)
    remark(f"health on http://{HttpAddress(address.host or '0.0.0.0', port)}/")  # noqa: S104  # what is shown of ""
