"""A broker as a process on free loopback ports: started, killed, paused, and back with what it had.

Rules:

* A broker lives in a ``with`` block and comes back on the same ports with the same data.
* Ready means that it serves; a broker that ends instead, or never gets there, shows its log.
* Only the process that was started here is ever signalled. It does not outlive this one, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import tempfile
import time
from pathlib import Path
from typing import ClassVar, Final, Self, Unpack
from urllib.parse import quote, urlencode

from cimbus.errors import UsageError

from .broker_config import BrokerConfig, Wire
from .certs import Certificates
from .errors import BrokerFailedError
from .ports import HOST, check_port, free_port
from .processes import GuardedProcess, delayed_signals
from .programs import require_programs

__all__ = ["Broker"]

TRIES: Final = 5
"""How often other ports are tried when another program took one of them first."""
SHOWN: Final = 4000
"""How much of a log an error shows, in characters."""


class Broker:
    """One broker, which runs inside its ``with`` block.

    A subclass says how it is configured (``_configure``), started (``_command``) and found ready (``_ready``).

    >>> broker = Broker()
    >>> broker.running, broker.port  # outside of its block
    (False, 0)

    Args:
        folder: where its configuration, data and log are; without, a temporary one that the end of the block removes.
        options: see ``BrokerConfig``.

    Attributes:
        certificates: with what it speaks TLS; None without TLS.
        ports: listener -> port, the same ones for the whole block.
        started: how long its last start took, in seconds.
    """

    name: ClassVar[str] = "broker"
    schemes: ClassVar[tuple[str, str]] = ("", "")
    """Of its URLs: without and with TLS."""
    listeners: ClassVar[tuple[str, ...]] = ("main",)
    """What needs a port; the first is where clients connect."""
    patience: ClassVar[float] = 60.0
    """How long it may take to start or to stop, in seconds: it takes less than one, but for a busy machine."""

    def __init__(self, folder: str | os.PathLike[str] | None = None, **options: Unpack[BrokerConfig]) -> None:
        self.certificates = self._given = options.get("certificates")
        self.ports: dict[str, int] = {}
        self.started = 0.0
        self._tls = options.get("tls", False) or self.certificates is not None
        self._port = options.get("port", 0)
        self._users = dict(options.get("users") or {})
        self._folder = None if folder is None else Path(folder).resolve()
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._process: GuardedProcess | None = None
        self._logged = 0
        """How long the log was when this process started."""

    # -- where it is ----------------------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """Where its configuration, data and log are.

        Raises:
            UsageError: it has a temporary folder, and this is outside of the block.
        """
        if self._folder is None:
            raise UsageError(f"{self.name} has no folder yet: use it as `with {type(self).__name__}() as broker:`")
        return self._folder

    @property
    def log(self) -> Path:
        """The file with its output; it raises what ``folder`` does."""
        return self.folder / f"{self.name}.log"

    @property
    def port(self) -> int:
        """Where clients connect; 0 before the ``with`` block."""
        return self.ports.get(self.listeners[0], 0)

    @property
    def pid(self) -> int:
        """The process id while it runs.

        Raises:
            UsageError: it does not run.
        """
        return self._running().pid

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended, by itself or otherwise."""
        return self._process is not None and self._process.code is None

    def url(
        self,
        user: str = "",
        password: str | None = None,
        *,
        port: int = 0,
        wire: Wire | None = None,
        **options: object,
    ) -> str:
        """Return the URL of this broker for a ``cimbus.Bus``.

        Args:
            user: one of its users; without, the URL has no user and no password.
            password: another one than that of the user.
            port: of a proxy before it.
            wire: the protocol, of a broker that has several.
            options: of the URL; one that is empty is left out.

        Raises:
            UsageError: the broker does not have this protocol.
        """
        if wire is not None and not self.schemes[0].endswith(f"+{wire}"):
            raise UsageError(f"{self.name} does not speak {wire}")
        return self._url(self.schemes[self._tls], user, password, port or self.port, options)

    def _url(self, scheme: str, user: str, password: str | None, port: int, options: dict[str, object]) -> str:
        if self.certificates:
            options = {"ca": self.certificates.ca, **options}
        password = self._users.get(user) if password is None else password
        who = f"{quote(user, safe='')}:{quote(password or '', safe='')}@" if user else ""
        query = urlencode({name: str(value) for name, value in options.items() if value != ""})
        return f"{scheme}://{who}{HOST}:{port}/" + (f"?{query}" if query else "")

    # -- what a subclass says -------------------------------------------------------------------------------------

    @classmethod
    def programs(cls) -> list[str]:
        """Return the names of the programs that it needs."""
        return [cls.name]

    @classmethod
    def check_installed(cls) -> None:
        """Return if the broker can run here.

        Raises:
            MissingBrokerError: something is not installed; the text says what to install.
        """
        require_programs(cls.name, cls.programs())

    def _prepare(self) -> None:
        """Do what is done once and needs no port."""

    def _configure(self) -> None:
        """Write its configuration for ``ports``."""
        raise NotImplementedError

    def _command(self) -> list[str]:
        """Return the command that runs it."""
        raise NotImplementedError

    def _ready(self) -> bool:
        """Return whether it serves; it takes connections unless a subclass knows better."""
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 1):
            return True
        return False

    def _settle(self) -> None:
        """Have everything written that it acknowledged; a broker that does so before it acknowledges has nothing to."""

    # -- its life -------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.check_installed()
        try:
            if self._folder is None:
                self._temporary = tempfile.TemporaryDirectory(prefix="cimbus-", ignore_cleanup_errors=True)
                self._folder = Path(self._temporary.name).resolve()
            self.folder.mkdir(parents=True, exist_ok=True)
            if self._tls and self.certificates is None:
                self.certificates = Certificates(self.folder / "certificates")
            self._prepare()
            self._start_on_free_ports()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        try:
            self.stop()
        finally:
            self.ports, self.certificates = {}, self._given
            if self._temporary is not None:
                self._temporary.cleanup()
                self._temporary = self._folder = None

    def _start_on_free_ports(self) -> None:
        for attempt in range(TRIES):
            self.ports = {listener: free_port() for listener in self.listeners}
            if self._port:
                self.ports[self.listeners[0]] = check_port(self._port)
            self._configure()
            try:
                return self.start()
            except BrokerFailedError as error:
                # another program took a port before the broker did
                if attempt == TRIES - 1 or "already in use" not in str(error):
                    raise
        return None

    def start(self) -> None:
        """Start it again after ``stop`` or ``kill``, and return when it serves; the block has started it first.

        Raises:
            BrokerFailedError: it ended, or does not answer; its log is in the text.
            UsageError: it runs already, or this is outside of its block.
        """
        if self._process is not None or not self.ports:
            raise UsageError(f"{self.name} runs already" if self.ports else f"{self.name} is started by its with block")
        command = self._command()  # may download and compile, which its patience does not count
        begin = time.monotonic()
        self._logged = self.log.stat().st_size if self.log.exists() else 0
        with delayed_signals():  # so that a process that runs is always known here
            self._process = process = GuardedProcess.start(command, self.folder, self.log)
        while time.monotonic() < begin + self.patience and process.code is None:
            # asked again: it is this broker that answers, not one that has our port
            if self._ready() and process.code is None:
                self.started = time.monotonic() - begin
                return
            time.sleep(0.01)
        how = "does not get ready" if process.code is None else f"ended with {process.code}"
        self.kill()
        raise BrokerFailedError(f"{self.name} {how}. {self.log}:\n{self.said()[-SHOWN:]}")

    def stop(self) -> None:
        """End it in order (SIGTERM); one that does not run is left as it is."""
        self._end(signal.SIGTERM)

    def kill(self, *, settle: bool = False) -> None:
        """End it as a power cut would (SIGKILL); ``settle``: let it save first what it has acknowledged.

        Raises:
            BrokerFailedError: it does not save.
        """
        if settle and self._process is not None:
            self._settle()
        self._end(signal.SIGKILL)

    def restart(self, *, settle: bool = True) -> None:
        """Kill it and start it on the same ports with the same data; it raises what ``kill`` and ``start`` do."""
        self.kill(settle=settle)
        self.start()

    def pause(self) -> None:
        """Let it hang: connections stay, nothing is answered (SIGSTOP).

        Raises:
            UsageError: it does not run.
        """
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after ``pause``.

        Raises:
            UsageError: it does not run.
        """
        os.kill(self.pid, signal.SIGCONT)

    def said(self) -> str:
        """Return what it logged since its last start."""
        with self.log.open("rb") as log:
            log.seek(self._logged)
            return log.read().decode(errors="replace")

    def _running(self) -> GuardedProcess:
        if self._process is None:
            raise UsageError(f"{self.name} does not run: use it in its `with` block, and after `start()`")
        return self._process

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.end(number, patience=self.patience)
            self._process = None
