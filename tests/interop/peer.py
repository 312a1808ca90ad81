"""A JMS client in Java as a process of our own, told what to do line by line (``java/JmsPeer.java`` has the rules).

Rules: every wait is bounded, and a peer that does not answer in time is ended; it ends with us in any case, because its
input ends. What it logs is in a file, which is shown where something goes wrong.
"""

from __future__ import annotations

import base64
import itertools
import queue
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, TypeAlias
from urllib.parse import parse_qsl, urlencode

import msgspec

from cimbus.testing.brokers.processes import find_program

from .vendors import Vendor

PATIENCE = 60.0
"""How long the peer may take for a command, in seconds, besides what the command itself waits."""
TYPES = {str: "string", int: "int", bool: "boolean", float: "double"}

Body: TypeAlias = "str | bytes | Mapping[str, str]"
"""Of a TextMessage (an ObjectMessage if it is ``Serialized``), a BytesMessage, a MapMessage."""
Value: TypeAlias = "str | int | bool | float"
"""Of a message property, with the type that Java gives it."""


class Serialized(str):
    """Text that goes as a Java object, serialized."""

    __slots__ = ()


class PeerError(Exception):
    """The client said what went wrong, or says nothing any more."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A message that Java received; ``kind`` is text, bytes, map or other, ``fields`` are those of its header."""

    kind: str
    text: str = ""
    data: bytes = b""
    entries: Mapping[str, str] = {}
    properties: Mapping[str, str]
    types: Mapping[str, str]
    """Of the properties, as Java calls them, in lower case."""
    fields: Mapping[str, str]


class Peer:
    """One Java client, running inside its ``with`` block; use one of these from one thread at a time.

    Args:
        vendor: whose client.
        port: the broker's.
        class_path: where the client's jars and the compiled source are.
        log: what it says besides answers.
    """

    def __init__(self, vendor: Vendor, port: int, class_path: str, log: Path) -> None:
        self._arguments = ["-cp", class_path, "JmsPeer", vendor.factory, vendor.url.format(port=port)]
        self._log = log
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._names = (f"c{number}" for number in itertools.count(1))

    def __enter__(self) -> Self:
        java = find_program("java")
        assert java is not None, "no java"
        lean = ["-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true"]
        quiet = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [java, *lean, *quiet, *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self._answers.put(line.rstrip("\n"))
        self._answers.put("error reason=it+ended")

    def ask(self, word: str, waits: float = 0.0, /, **fields: str) -> dict[str, str] | None:
        """Send a command that waits so many seconds; return the answer's fields, None where there was nothing.

        Raises:
            PeerError: the client could not do it, or does not answer.
        """
        process = self._process
        if process is None or process.stdin is None:
            raise PeerError("the peer does not run")
        try:
            process.stdin.write(f"{word} {urlencode(fields)}\n")
            process.stdin.flush()
            answer = self._answers.get(timeout=waits + PATIENCE)
        except (queue.Empty, OSError) as error:
            process.kill()  # its next answer would be taken for that of another command
            raise PeerError(f"{word}: no answer ({error!r}).\n{self._said()}") from error
        outcome, _, rest = answer.partition(" ")
        values = dict(parse_qsl(rest, keep_blank_values=True))
        if outcome == "error":
            raise PeerError(f"{word}: {values['reason']}\n{self._said()}")
        return None if outcome == "none" else values

    def _said(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]

    # -- what it can do -------------------------------------------------------------------------------------------

    def send(self, to: str, body: Body, **more: Any) -> str:
        """Send a message to ``topic:NAME`` or ``queue:NAME``; return its JMSMessageID.

        Args:
            to: where.
            body: text for a TextMessage, octets for a BytesMessage, a mapping for a MapMessage, or ``Serialized``.
            more: ``properties``, a mapping; fields of the header, ``correlation``, ``type``, ``priority``, ``ttl``
                (milliseconds), ``reply_to`` (as ``to``, or a ``Listener`` with a temporary queue).
        """
        answer = self.ask("send", to=to, **_message(body, **more))
        assert answer is not None
        return answer["id"]

    def listen(self, to: str = "temporary", *, selector: str = "", durable: str = "", client: str = "") -> Listener:
        """Return a consumer that is there already: of a topic, a queue, or a temporary queue of its own.

        ``durable`` is the name of a durable subscription, ``client`` the client id that it then needs.
        """
        given = {"to": to, "selector": selector, "durable": durable, "client": client}
        name = next(self._names)
        self.ask("listen", **{"as": name}, **{word: value for word, value in given.items() if value})
        return Listener(self, name)

    def forget(self, durable: str, client: str) -> None:
        """End a durable subscription."""
        self.ask("forget", durable=durable, client=client)

    def connect(self) -> None:
        """Connect anew, as a program does whose broker was away; listeners are gone, durable subscriptions are not."""
        self.ask("connect")


class Listener:
    """A consumer of a peer; it ends with its ``with`` block."""

    def __init__(self, peer: Peer, name: str) -> None:
        self._peer = peer
        self.name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def receive(self, timeout: float = PATIENCE) -> Heard | None:
        """Return the next message, None if there is none in time (seconds)."""
        answer = self._peer.ask("receive", timeout, **{"as": self.name}, timeout=str(round(timeout * 1000)))
        return None if answer is None else _heard(answer)

    def next(self) -> Heard:
        """Return the next message.

        Raises:
            PeerError: there is none.
        """
        heard = self.receive()
        if heard is None:
            raise PeerError("nothing came")
        return heard

    def answer(self, body: Body, **more: Any) -> str:
        """Send a message to the JMSReplyTo of what was received last; ``more`` as for ``Peer.send``."""
        answer = self._peer.ask("answer", **{"as": self.name}, **_message(body, **more))
        assert answer is not None
        return answer["id"]

    def close(self) -> None:
        """Leave; a durable subscription stays."""
        self._peer.ask("close", **{"as": self.name})


def _message(
    body: Body, *, properties: Mapping[str, Value] | None = None, reply_to: object = None, **fields: object
) -> dict[str, str]:
    written = {name: str(value) for name, value in fields.items()}
    if isinstance(body, str):
        written["object" if isinstance(body, Serialized) else "text"] = body
    elif isinstance(body, bytes):
        written["bytes"] = base64.b64encode(body).decode()
    else:
        written |= {f"map.{name}": value for name, value in body.items()}
    if reply_to is not None:
        written["reply_to"] = f"consumer:{reply_to.name}" if isinstance(reply_to, Listener) else str(reply_to)
    for name, value in (properties or {}).items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        written[f"p.{TYPES[type(value)]}.{name}"] = text
    return written


def _heard(answer: dict[str, str]) -> Heard:
    properties: dict[str, str] = {}
    types: dict[str, str] = {}
    entries: dict[str, str] = {}
    fields: dict[str, str] = {}
    for name, value in answer.items():
        if name.startswith("p."):
            _, kind, word = name.split(".", 2)
            properties[word], types[word] = value, kind
        elif name.startswith("map."):
            entries[name[4:]] = value
        else:
            fields[name] = value
    text, data = fields.pop("text", None), fields.pop("bytes", None)
    kind = "text" if text is not None else "bytes" if data is not None else "map" if entries else "other"
    return Heard(
        kind=kind,
        text=text or "",
        data=base64.b64decode(data or ""),
        entries=entries,
        properties=properties,
        types=types,
        fields=fields,
    )
