"""A Mosquitto: plain, with TLS, with client certificates, with passwords; killed and back.

Rule: what it acknowledged survives a SIGKILL: every change is on disk within a second at most, and a kill that must
lose nothing says so with ``settle=True`` (the broker then saves first).
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Unpack

from .broker import Broker
from .broker_config import BrokerConfig, Wire
from .errors import BrokerFailedError
from .ports import HOST
from .processes import find_program
from .programs import require_programs

__all__ = ["MosquittoBroker"]


class MosquittoBroker(Broker):
    """A Mosquitto, running inside its ``with`` block; see ``Broker`` for what it can do.

    >>> from contextlib import suppress
    >>> from cimbus.testing.brokers import MissingBrokerError
    >>> with suppress(MissingBrokerError), MosquittoBroker() as broker:  # only if Mosquitto is installed
    ...     assert broker.url() == f"mqtt://127.0.0.1:{broker.port}/"

    Args:
        folder: where its configuration, data and log are; a temporary one unless given.
        ask_client: with TLS: ask clients for a certificate, too.
        persistent: keep sessions and their messages on disk.
        lines: further lines of its configuration.
        options: see ``BrokerConfig``.
    """

    name: ClassVar[str] = "mosquitto"
    schemes: ClassVar[tuple[str, str]] = ("mqtt", "mqtts")

    def __init__(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        ask_client: bool = False,
        persistent: bool = True,
        lines: Sequence[str] = (),
        **options: Unpack[BrokerConfig],
    ) -> None:
        super().__init__(folder, **options)
        self._ask_client = ask_client
        self._persistent = persistent
        self._lines = list(lines)

    def url(
        self,
        user: str = "",
        password: str | None = None,
        *,
        port: int = 0,
        wire: Wire | None = None,
        **options: object,
    ) -> str:
        """Return the URL of this broker, or of a proxy before it at ``port``."""
        if self.certificates and self._ask_client:
            options.setdefault("cert", self.certificates.client)
            options.setdefault("key", self.certificates.client_key)
        return super().url(user, password, port=port, wire=wire, **options)

    def _settle(self) -> None:
        """Have the database written and wait until it is.

        The signal handler only notes the wish, so that there is nothing to wait for but a new file.
        """
        before = self._saved()
        os.kill(self.pid, signal.SIGUSR1)
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            if self._saved() != before:
                return
            time.sleep(0.01)
        raise BrokerFailedError("mosquitto does not save its database")

    def _saved(self) -> tuple[int, int]:
        """Return what changes when the database is written: it is renamed into place."""
        try:
            state = (self.folder / "mosquitto.db").stat()
        except FileNotFoundError:
            return (0, 0)
        return (state.st_ino, state.st_mtime_ns)

    # -- its files ------------------------------------------------------------------------------------------------

    @property
    def _configuration(self) -> Path:
        return self.folder / "mosquitto.conf"

    def _configure(self) -> None:
        lines = ["per_listener_settings false", f"listener {self.port} {HOST}", "set_tcp_nodelay true"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            lines.append("user root")  # else it becomes a user who may not read this folder
        if self.certificates:
            lines += [f"cafile {self.certificates.ca}", f"certfile {self.certificates.server}"]
            lines += [f"keyfile {self.certificates.server_key}", f"require_certificate {_word(self._ask_client)}"]
        lines.append(f"allow_anonymous {_word(not self._users)}")
        if self._users:
            lines.append(f"password_file {self.folder / 'passwords'}")
        lines.append(f"persistence {_word(self._persistent)}")
        if self._persistent:
            lines += [f"persistence_location {self.folder}/", "autosave_on_changes true", "autosave_interval 1"]
        lines += ["max_queued_messages 0", "log_dest stderr", "log_type error", "log_type warning", "log_type notice"]
        self._configuration.write_text("\n".join([*lines, *self._lines]) + "\n")

    def _command(self) -> list[str]:
        return [find_program("mosquitto") or "mosquitto", "-c", str(self._configuration)]

    def _prepare(self) -> None:
        if not self._users:
            return
        require_programs("mosquitto with passwords", ["mosquitto_passwd"])
        program = find_program("mosquitto_passwd") or "mosquitto_passwd"
        path = self.folder / "passwords"
        path.touch(mode=0o600)
        for user, password in self._users.items():
            command = [program, "-b", str(path), user, password]
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # of this folder alone


def _word(value: bool) -> str:
    return "true" if value else "false"
