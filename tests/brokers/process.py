"""A broker as a process of our own on free loopback ports: started, killed, paused, and back with what it had.

Rules:

* A broker lives in a ``with`` block and comes back on the same ports with the same data.
* Ready means that it serves; a broker that ends instead, or never gets there, shows its log.
* Only the process that was started here is ever signalled. It does not outlive this one, however that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, ClassVar, Self
from urllib.parse import quote, urlencode

from .certs import Certificates

HOST = "127.0.0.1"
SYSTEM = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
PORTS = range(12_000, 32_000)
"""Below what systems give to outgoing connections, which could else take the port of a broker that is down."""
TRIES = 5
SHOWN = 4000
"""How much of a log is shown, in characters."""

LOCKS = Path(tempfile.gettempdir()) / f"cimbus-test-ports-{os.getuid()}"
_reserved: dict[int, IO[bytes]] = {}
"""The ports that this process has reserved, and their locks."""


def found(name: str) -> str | None:
    """Return where a program is, system folders included."""
    return shutil.which(name) or shutil.which(name, path=SYSTEM)


def free_port() -> int:
    """Return a port on which no process listens, and that no call returned before, in any run on this machine."""
    chance = random.SystemRandom()  # runs side by side must not all try the same ones
    while True:
        port = chance.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            if port not in _reserved:
                probe.bind((HOST, port))
                _reserved[port] = _reserve(port)
                return port


def _reserve(port: int) -> IO[bytes]:
    """Reserve a port for this process, also while what listens there is down: a lock, which ends with the process.

    Raises:
        OSError: another process has reserved it.
    """
    LOCKS.mkdir(exist_ok=True)
    file = (LOCKS / str(port)).open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file


class Broker:
    """One broker, running inside its ``with`` block.

    A subclass says how it is configured (``_configure``), started (``_command``) and found ready (``_ready``).

    Args:
        folder: where its configuration, data and log are.
        users: names and passwords; without, everybody may come.
        certificates: speak TLS with these.

    Attributes:
        ports: listener -> port, the same ones for its whole life.
        started: how long its last start took, in seconds.
    """

    name: ClassVar[str]
    schemes: ClassVar[tuple[str, str]]
    """Of its URLs: without and with TLS."""
    listeners: ClassVar[tuple[str, ...]] = ("main",)
    """What needs a port; the first is where clients connect."""
    patience: ClassVar[float] = 60.0
    """How long it may take to start or to stop, in seconds: it takes less than one, but for a busy machine."""

    def __init__(
        self, folder: Path, *, users: Mapping[str, str] | None = None, certificates: Certificates | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.log = self.folder / f"{self.name}.log"
        self.ports: dict[str, int] = {}
        self.started = 0.0
        self._users = dict(users or {})
        self._certificates = certificates
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        """Kills the broker when we are gone: a test run that is killed cleans nothing up."""
        self._said = 0
        """How long the log was when this process started."""

    # -- where it is ----------------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """Where clients connect; 0 before the ``with`` block."""
        return self.ports.get(self.listeners[0], 0)

    @property
    def pid(self) -> int:
        """The process id while it runs."""
        assert self._process is not None, "this broker does not run"
        return self._process.pid

    def url(self, user: str = "", password: str | None = None, *, port: int = 0, **options: object) -> str:
        """Return the URL of this broker, or of what stands before it at ``port``.

        The password is that of the user unless another is given; an option that is empty is left out.
        """
        return self._url(self.schemes[self._certificates is not None], user, password, port or self.port, options)

    def _url(self, scheme: str, user: str, password: str | None, port: int, options: dict[str, object]) -> str:
        if self._certificates:
            options = {"ca": self._certificates.ca, **options}
        password = self._users.get(user) if password is None else password
        who = f"{quote(user, safe='')}:{quote(password or '', safe='')}@" if user else ""
        query = urlencode({name: str(value) for name, value in options.items() if value != ""})
        return f"{scheme}://{who}{HOST}:{port}/" + (f"?{query}" if query else "")

    # -- what a subclass says -------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Do what is done once and needs no port."""

    def _configure(self) -> None:
        """Write its configuration for ``ports``."""
        raise NotImplementedError

    def _command(self) -> list[str]:
        """Return the command that runs it."""
        raise NotImplementedError

    def _ready(self) -> bool:
        """Whether it serves; it takes connections unless a subclass knows better."""
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 1):
            return True
        return False

    def _settle(self) -> None:
        """Have everything written that it acknowledged; a broker that does so before it acknowledges has nothing to."""

    # -- its life -------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._prepare()
        for attempt in range(TRIES):
            self.ports = {listener: free_port() for listener in self.listeners}
            self._configure()
            try:
                self.start()
            except RuntimeError as error:
                # somebody took a port before the broker did
                if attempt == TRIES - 1 or "already in use" not in str(error):
                    raise
            else:
                break
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and return when it serves.

        Raises:
            RuntimeError: it ended, or does not answer; its log is in the text.
        """
        assert self._process is None, "this broker runs already"
        command = self._command()  # may download and compile, which its patience does not count
        begin = time.monotonic()
        with self.log.open("ab") as log:
            self._said = log.tell()
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder)
        # reads until our end of the pipe is gone
        guard = ["/bin/sh", "-c", f"read nothing; kill -9 {self._process.pid}"]
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        while time.monotonic() < begin + self.patience and self._process.poll() is None:
            # asked again: it is this broker that answers, not one that has our port
            if self._ready() and self._process.poll() is None:
                self.started = time.monotonic() - begin
                return
            time.sleep(0.01)
        how = "does not get ready" if self._process.poll() is None else f"ended with {self._process.returncode}"
        self.kill()
        raise RuntimeError(f"{self.name} {how}. {self.log}:\n{self.said()[-SHOWN:]}")

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def kill(self, *, settle: bool = False) -> None:
        """End it as a power cut would; ``settle``: let it save what it has first."""
        if settle and self._process is not None:
            self._settle()
        self._end(signal.SIGKILL)

    def restart(self, *, settle: bool = True) -> None:
        """Kill it and start it on the same ports with the same data."""
        self.kill(settle=settle)
        self.start()

    def pause(self) -> None:
        """Let it hang: connections stay, nothing is answered (SIGSTOP)."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after ``pause``."""
        os.kill(self.pid, signal.SIGCONT)

    def said(self) -> str:
        """Return what it logged since its last start."""
        with self.log.open("rb") as log:
            log.seek(self._said)
            return log.read().decode(errors="replace")

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
        if process.poll() is None:
            process.send_signal(number)
            process.send_signal(signal.SIGCONT)
        try:
            process.wait(self.patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
