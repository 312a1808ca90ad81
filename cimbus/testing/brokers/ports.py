"""Free ports on the loopback address, of which no two runs on one machine get the same one."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import tempfile
from pathlib import Path
from typing import Final

from cimbus.errors import UsageError

__all__ = ["free_port"]

HOST: Final = "127.0.0.1"
PORTS: Final = range(12_000, 32_000)
"""Below what systems give to outgoing connections, which could else take the port of a broker that is down."""

_reserved: dict[int, int] = {}
"""The ports that this process has reserved, and the descriptors of their locks."""


def free_port() -> int:
    """Return a port on which no process listens, and that no call returned before, in any run on this machine.

    >>> free_port() != free_port()
    True
    """
    chance = random.SystemRandom()  # runs side by side must not all try the same ones
    while True:
        port = chance.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            if port not in _reserved:
                probe.bind((HOST, port))
                _reserved[port] = _reserve(port)
                return port


def check_port(port: int) -> int:
    """Return a port that a program wants, if a broker can listen on it now.

    Raises:
        UsageError: it is no port, another process listens on it, or this user may not.
    """
    if not 0 < port < 1 << 16:
        raise UsageError(f"{port} is no port: 1 to 65535")
    with socket.socket() as probe:
        # connections that were closed a moment ago are no reason to refuse; the brokers set this option, too
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(f"no broker can listen on port {port}: {error.strerror}. Choose another one") from error
    return port


def _reserve(port: int) -> int:
    """Reserve a port for this process, also while what listens there is down: a lock, which ends with the process.

    Raises:
        OSError: another process has reserved it.
    """
    import fcntl  # there is none on Windows, where the module can still be imported

    folder = Path(tempfile.gettempdir()) / f"cimbus-test-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
