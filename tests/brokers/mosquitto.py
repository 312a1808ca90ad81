"""A Mosquitto: plain, with TLS, with client certificates, with passwords; killed and back.

Rule: what it acknowledged survives a SIGKILL: every change is on disk within a second at most, and a kill that must
lose nothing says so with ``settle=True`` (the broker then saves first).
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from .certs import Certificates
from .needs import needed
from .process import HOST, Broker, found

__all__ = ["Mosquitto", "needed"]


class Mosquitto(Broker):
    """One broker, running inside its ``with`` block.

    Args:
        folder: where its configuration, data and log are.
        users: names and passwords; without, everybody may come.
        certificates: speak TLS with these.
        ask_client: ask clients for a certificate, too.
        persistent: keep sessions and their messages on disk.
        lines: further lines of its configuration.
    """

    name: ClassVar[str] = "mosquitto"
    schemes: ClassVar[tuple[str, str]] = ("mqtt", "mqtts")

    def __init__(
        self,
        folder: Path,
        *,
        users: Mapping[str, str] | None = None,
        certificates: Certificates | None = None,
        ask_client: bool = False,
        persistent: bool = True,
        lines: Sequence[str] = (),
    ) -> None:
        super().__init__(folder, users=users, certificates=certificates)
        self._ask_client = ask_client
        self._persistent = persistent
        self._lines = list(lines)

    def url(self, user: str = "", password: str | None = None, *, port: int = 0, **options: object) -> str:
        """Return the URL of this broker, or of what stands before it at ``port``."""
        if self._certificates and self._ask_client:
            options.setdefault("cert", self._certificates.client)
            options.setdefault("key", self._certificates.client_key)
        return super().url(user, password, port=port, **options)

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
        raise RuntimeError("mosquitto does not save its database")

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
        if self._certificates:
            lines += [f"cafile {self._certificates.ca}", f"certfile {self._certificates.server}"]
            lines += [f"keyfile {self._certificates.server_key}", f"require_certificate {_word(self._ask_client)}"]
        lines.append(f"allow_anonymous {_word(not self._users)}")
        if self._users:
            lines.append(f"password_file {self.folder / 'passwords'}")
        lines.append(f"persistence {_word(self._persistent)}")
        if self._persistent:
            lines += [f"persistence_location {self.folder}/", "autosave_on_changes true", "autosave_interval 1"]
        lines += ["max_queued_messages 0", "log_dest stderr", "log_type error", "log_type warning", "log_type notice"]
        self._configuration.write_text("\n".join([*lines, *self._lines]) + "\n")

    def _command(self) -> list[str]:
        program = found("mosquitto")
        assert program is not None, "no mosquitto"
        return [program, "-c", str(self._configuration)]

    def _prepare(self) -> None:
        program = found("mosquitto_passwd")
        path = self.folder / "passwords"
        if self._users:
            assert program is not None, "no mosquitto_passwd"
            path.touch(mode=0o600)
        for user, password in self._users.items():
            subprocess.run([program or "", "-b", str(path), user, password], check=True, capture_output=True)


def _word(value: bool) -> str:
    return "true" if value else "false"
