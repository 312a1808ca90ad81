"""A Mosquitto on a free loopback port: plain, with TLS, with client certificates, with passwords; killed and back.

Rules:

* What it acknowledged survives a SIGKILL: every change is on disk within a second at most, and a kill that must lose
  nothing says so with ``settle=True`` (the broker then saves first).
* Readiness is a connection that is accepted; a broker that ends instead shows its log.
* Only the process that was started here is ever signalled. It does not outlive this one, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlencode

from .certs import Certificates

HOST = "127.0.0.1"
PATIENCE = 15.0
SYSTEM = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"


def found(name: str) -> str | None:
    """Return where a program is, system folders included."""
    return shutil.which(name) or shutil.which(name, path=SYSTEM)


def needed() -> None:
    """Skip the test if there is no Mosquitto; in CI that is a failure."""
    import pytest

    if found("mosquitto") is None:
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail("mosquitto is not installed, and in CI nothing may be skipped for that")
        pytest.skip("NOT TESTED: mosquitto is not installed")


class Mosquitto:
    """One broker, running inside its ``with`` block.

    Args:
        folder: where its configuration, data and log are.
        users: names and passwords; without, everybody may come.
        certificates: speak TLS with these.
        ask_client: ask clients for a certificate, too.
        persistent: keep sessions and their messages on disk.
        lines: further lines of its configuration.
    """

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
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = 0
        self.log = folder / "mosquitto.log"
        self._users = dict(users or {})
        self._certificates = certificates
        self._ask_client = ask_client
        self._persistent = persistent
        self._lines = list(lines)
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        """Kills the broker when we are gone: a test run that is killed cleans nothing up."""

    # -- where it is ----------------------------------------------------------------------------------------------

    def url(self, user: str = "", password: str | None = None, *, port: int = 0, **options: object) -> str:
        """Return the URL of this broker, or of what stands before it at ``port``."""
        scheme = "mqtts" if self._certificates else "mqtt"
        if self._certificates:
            options.setdefault("ca", self._certificates.ca)
        if self._certificates and self._ask_client:
            options.setdefault("cert", self._certificates.client)
            options.setdefault("key", self._certificates.client_key)
        password = self._users.get(user) if password is None else password
        who = f"{quote(user, safe='')}:{quote(password or '', safe='')}@" if user else ""
        query = urlencode({name: str(value) for name, value in options.items() if value != ""})
        return f"{scheme}://{who}{HOST}:{port or self.port}/" + (f"?{query}" if query else "")

    @property
    def pid(self) -> int:
        """The process id while it runs."""
        assert self._process is not None, "this broker does not run"
        return self._process.pid

    # -- its life -------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._write_passwords()
        for attempt in range(5):
            self.port = _free_port()  # somebody may take it before the broker does
            self._write_configuration()
            try:
                self.start()
            except RuntimeError:
                if attempt == 4:
                    raise
            else:
                break
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and return when it takes connections.

        Raises:
            RuntimeError: it ended, or does not answer; its log is in the text.
        """
        assert self._process is None, "this broker runs already"
        program = found("mosquitto")
        assert program is not None, "no mosquitto"
        with self.log.open("ab") as log:
            command = [program, "-c", str(self._configuration)]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        guard = [
            "/bin/sh",
            "-c",
            f"read nothing; kill -9 {self._process.pid}",
        ]  # reads until our end of the pipe is gone
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 1):
                if self._process.poll() is None:  # it is this broker that answers, not one that has our port
                    return
            time.sleep(0.01)
        self.kill()
        raise RuntimeError(f"mosquitto does not start:\n{self.log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def kill(self, *, settle: bool = False) -> None:
        """End it as a power cut would; ``settle``: let it save what it has first (SIGUSR1)."""
        if settle and self._process is not None:
            self._save()
        self._end(signal.SIGKILL)

    def restart(self, *, settle: bool = True) -> None:
        """Kill it and start it on the same port with the same data."""
        self.kill(settle=settle)
        self.start()

    def pause(self) -> None:
        """Let it hang: connections stay, nothing is answered (SIGSTOP)."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on after ``pause``."""
        os.kill(self.pid, signal.SIGCONT)

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
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _save(self) -> None:
        """Have the database written and wait until it is.

        The signal handler only notes the wish, so that there is nothing to wait for but a new file.
        """
        before = self._saved()
        os.kill(self.pid, signal.SIGUSR1)
        deadline = time.monotonic() + PATIENCE
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

    def _write_configuration(self) -> None:
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

    def _write_passwords(self) -> None:
        program = found("mosquitto_passwd")
        path = self.folder / "passwords"
        if self._users:
            assert program is not None, "no mosquitto_passwd"
            path.touch(mode=0o600)
        for user, password in self._users.items():
            subprocess.run([program or "", "-b", str(path), user, password], check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _word(value: bool) -> str:
    return "true" if value else "false"
