"""What brokers need from the system, and how it is installed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .errors import MissingBrokerError
from .processes import find_program

__all__ = ["require_programs"]

JDK: Final = ("default-jdk-headless", "a JDK of version 17 or later (https://adoptium.net)")
MOSQUITTO: Final = ("mosquitto", "Mosquitto (https://mosquitto.org/download; macOS: brew install mosquitto)")
INSTALL: Final = {
    "mosquitto": MOSQUITTO,
    "mosquitto_passwd": MOSQUITTO,
    "java": JDK,
    "javac": JDK,
    "mvn": ("maven", "Maven (https://maven.apache.org)"),
}
"""Program -> (Debian's package, what it is elsewhere)."""


def require_programs(what: str, programs: Sequence[str]) -> None:
    """Return if all of these programs of ``INSTALL`` are installed.

    >>> require_programs("a broker", [])

    Args:
        what: what needs them.
        programs: their names.

    Raises:
        MissingBrokerError: some are not; the text says what to install.
    """
    missing = [program for program in programs if not find_program(program)]
    if missing:
        debian, elsewhere = zip(*dict.fromkeys(INSTALL[program] for program in missing), strict=True)
        raise MissingBrokerError(
            f"not installed: {', '.join(missing)}, which {what} needs. On Debian and Ubuntu: "
            f"apt-get install {' '.join(debian)}. Elsewhere: {', '.join(elsewhere)}"
        )
