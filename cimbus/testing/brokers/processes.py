"""Programs and processes: where one is installed, and how one is started that does not outlive this process."""

from __future__ import annotations

import shutil
import signal
import subprocess
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final, Self

__all__ = ["GuardedProcess", "delayed_signals", "find_program"]

SYSTEM: Final = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"


def find_program(name: str) -> str | None:
    """Return where a program is, system folders included; None if it is not installed.

    >>> find_program("no-such-program") is None
    True
    """
    return shutil.which(name) or shutil.which(name, path=SYSTEM)


@contextmanager
def delayed_signals() -> Generator[None]:
    """Let SIGINT, SIGTERM and SIGHUP act only when the block has ended, so that it is done completely or not begun.

    It does so in the main thread; in others Python handles no signals.

    >>> with delayed_signals():
    ...     pass
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        caught.append(number)

    # what is ignored stays ignored, also in the processes that the block starts
    numbers = [number for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if _is_handled(number)]
    before = {number: signal.signal(number, remember) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for once in dict.fromkeys(caught):
            signal.raise_signal(signal.Signals(once))


def _is_handled(number: signal.Signals) -> bool:
    """Return whether a signal is handled by Python or by default, and not ignored or handled by other code."""
    handler = signal.getsignal(number)
    return handler is not None and handler is not signal.SIG_IGN


class GuardedProcess:
    """A process in a group of its own, and a guard that kills it when this process has ended, in whatever way.

    Ctrl-C in a terminal does not reach it: this process ends it in order.

    >>> process = GuardedProcess.start(["sleep", "60"], Path("."), Path("/dev/null"))
    >>> process.end(signal.SIGTERM, patience=10)
    >>> process.code == -signal.SIGTERM
    True

    Attributes:
        pid: its process id.
    """

    def __init__(self, process: subprocess.Popen[bytes], guard: subprocess.Popen[bytes]) -> None:
        self.pid = process.pid
        self._process = process
        self._guard = guard

    @classmethod
    def start(cls, command: Sequence[str], folder: Path, log: Path) -> Self:
        """Start a command in a folder; its output is appended to the log.

        Raises:
            OSError: it cannot be started.
        """
        with log.open("ab") as out:
            process = subprocess.Popen(  # noqa: S603  # a broker's own command
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder, process_group=0
            )
        # reads until our end of the pipe is gone
        words = ["/bin/sh", "-c", f"read nothing; kill -9 {process.pid}"]
        guard = subprocess.Popen(  # noqa: S603  # no text of others is in it
            words, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, process_group=0
        )
        return cls(process, guard)

    @property
    def code(self) -> int | None:
        """How it ended: its exit code, or minus the number of the signal; None while it runs."""
        return self._process.poll()

    def end(self, number: signal.Signals, *, patience: float) -> None:
        """Send a signal that ends it, and return when it has ended; after ``patience`` seconds it is killed."""
        try:
            self._guard.kill()
            self._guard.communicate()
            if self._process.poll() is None:
                self._process.send_signal(number)
                self._process.send_signal(signal.SIGCONT)  # a paused process ends only when it goes on
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._kill()
        except BaseException:  # interrupted, and there is no guard any more
            self._kill()
            raise

    def _kill(self) -> None:
        self._process.kill()
        self._process.wait()
