"""What brokers in a Java virtual machine share: the command line, property files, the key store, the log.

Rules: a broker is ready when its log says so, since such a broker takes connections long before it serves; secrets are
in files of its folder, never on a command line.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final, Unpack

from .broker import Broker
from .broker_config import BrokerConfig
from .certs import Certificates
from .jars import fetched
from .processes import find_program

__all__ = ["JvmBroker", "JvmConfig"]

STORE_PASSWORD: Final = "changeit"  # noqa: S105  # protects nothing
"""Of the key store. A store must have one; its folder is a test's."""

LOG4J: Final = """<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="WARN" shutdownHook="disable">
  <Appenders><Console name="out"><PatternLayout pattern="%d{HH:mm:ss.SSS} %-5p %c{1} - %m%n"/></Console></Appenders>
  <Loggers>
    <Root level="warn"><AppenderRef ref="out"/></Root>
    <Logger name="kafka.server.KafkaRaftServer" level="info"/>
  </Loggers>
</Configuration>
"""


class JvmConfig(BrokerConfig, total=False):
    """What every broker in Java takes.

    >>> options: JvmConfig = {"tls": True, "heap": "1g", "fast": True}
    """

    heap: str
    """How much memory it may use for objects, as ``-Xmx`` has it."""
    fast: bool
    """Compile what runs often once more and better. In its first minute that takes as much of the machine as all else
    together, so that tests do without; a benchmark wants it."""


class JvmBroker(Broker):
    """A broker in a virtual machine of its own.

    >>> JvmBroker(heap="1g").patience  # seconds
    90.0

    Args:
        folder: where its configuration, data and log are; a temporary one unless given.
        heap: see ``JvmConfig``.
        fast: see ``JvmConfig``.
        options: see ``BrokerConfig``.
    """

    patience: ClassVar[float] = 90.0
    """A machine that is busy starts a broker in many times the usual second or two."""
    ready: ClassVar[str] = "READY"
    """What the log says when it serves."""

    def __init__(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        heap: str = "384m",
        fast: bool = False,
        **options: Unpack[BrokerConfig],
    ) -> None:
        super().__init__(folder, **options)
        self._heap = heap
        self._fast = fast

    @classmethod
    def programs(cls) -> list[str]:
        """Return the names of the programs that it needs: Maven only if its jars are to be downloaded."""
        return ["java", "javac"] if cls.fetched() else ["java", "javac", "mvn"]

    @classmethod
    def fetched(cls) -> bool:
        """Return whether its jars are on this machine."""
        return fetched(cls.name)

    @classmethod
    def fetch(cls) -> str:
        """Return its class path, fetched and compiled if it is not in the cache.

        Raises:
            BrokerFailedError: it cannot be downloaded or compiled.
            MissingBrokerError: a program for that is not installed.
        """
        raise NotImplementedError

    def _ready(self) -> bool:
        return self.ready in self.said()

    def _java(self, class_path: str, main: str, *arguments: str, options: tuple[str, ...] = ()) -> list[str]:
        """Return a command line; the collector has one thread, since the machine is shared with the tests."""
        level = 4 if self._fast else 1
        logging = self.folder / "log4j2.xml"
        logging.write_text(LOG4J)
        return [
            find_program("java") or "java", f"-Xmx{self._heap}", "-XX:+UseSerialGC", f"-XX:TieredStopAtLevel={level}",
            "-Djava.awt.headless=true", "-Djava.net.preferIPv4Stack=true",
            f"-Dlog4j2.configurationFile={logging.as_uri()}", *options, "-cp", class_path, main, *arguments,
        ]  # fmt: skip


def properties(values: Mapping[str, object]) -> str:
    """Return a Java property file. It is ASCII: not every reader of one takes it for UTF-8."""
    return "".join(f"{_escaped(name, ' :=#!')}={_escaped(str(value))}\n" for name, value in values.items())


def _escaped(text: str, special: str = "") -> str:
    """Escape what a property file reads otherwise, a blank at the start included; the rest in UTF-16 units."""
    units = text.encode("utf-16-be")
    escaped = ""
    for at in range(0, len(units), 2):
        number = int.from_bytes(units[at : at + 2], "big")
        letter = chr(number)
        if letter in f"\\{special}" or (letter == " " and at == 0):
            escaped += f"\\{letter}"
        else:
            escaped += letter if " " <= letter <= "~" else f"\\u{number:04x}"
    return escaped


def secret(path: Path, content: str | bytes) -> Path:
    """Write a file that only we may read, and return where."""
    path.touch(mode=0o600)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def key_store(certificates: Certificates, path: Path) -> Path:
    """Write the server's key and certificate for Java, and return where."""
    return secret(path, certificates.server_store(STORE_PASSWORD))
