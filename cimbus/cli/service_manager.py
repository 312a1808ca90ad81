"""What a program tells systemd: that it is ready, alive, stopping (``sd_notify(3)``).

A service of ``Type=notify`` has ``$NOTIFY_SOCKET``, the name of a datagram socket; with ``WatchdogSec=`` it also has
``$WATCHDOG_USEC``, and is ended if it does not say ``WATCHDOG=1`` that often. Nothing of this needs a library.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, MutableMapping
from typing import Final

import anyio

from cimbus.middleware.safe_log import safe_logger

log: Final = safe_logger("cimbus")

VARIABLES: Final = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")


class ServiceManager:
    """Tells the service manager what a program does; tells nothing where there is none.

    Args:
        environment: where the variables are; they are removed, so that no child process speaks for this one.

    >>> manager = ServiceManager({})
    >>> manager.there, manager.watchdog
    (False, None)

    Attributes:
        watchdog: how often ``WATCHDOG=1`` is expected, in seconds; None: it is not.
    """

    def __init__(self, environment: MutableMapping[str, str] | None = None) -> None:
        found = os.environ if environment is None else environment
        name, usec, pid = (found.pop(variable, "") for variable in VARIABLES)
        # sd_notify(3): a path, or @ and a name in the abstract namespace; a @ stands for a zero octet
        self._address = "\0" + name[1:] if name.startswith("@") else name
        # sd_watchdog_enabled(3): it is for us if the process is ours, or none is named
        ours = usec.isdigit() and int(usec) > 0 and pid in ("", str(os.getpid()))
        self.watchdog = int(usec) / 1_000_000 if ours and name else None

    @property
    def there(self) -> bool:
        """Whether there is a service manager that listens."""
        return bool(self._address)

    def tell(self, *states: str) -> None:
        """Send states such as ``READY=1``; that it cannot be sent is logged, and is no error of the program."""
        if not self.there:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.sendto("\n".join(states).encode(), self._address)
        except OSError as error:
            log.warning("the service manager at $NOTIFY_SOCKET does not listen: %s", error)

    async def keep_watchdog(self, alive: Callable[[], bool]) -> None:
        """Say ``WATCHDOG=1`` at half of the interval, as systemd recommends, while the program is alive."""
        if self.watchdog is None:
            return
        while True:
            if alive():
                self.tell("WATCHDOG=1")
            await anyio.sleep(self.watchdog / 2)
