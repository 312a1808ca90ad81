"""STOMP 1.2 as bytes: frames are written and read here, and nothing else is known. Pure.

Rules:

* A ``Scanner`` is given bytes in any pieces and returns the frames that are whole; the pieces do not matter. Bytes are
  looked at once, whatever their pieces: what is not whole is searched from where the last search ended.
* Whatever comes, the only exception is ``MalformedError``; after it, the connection is of no more use. ``Limits`` bound
  what a peer can make us keep.
* Of a header that comes twice, the first counts (STOMP 1.2, Repeated Header Entries). Line ends are LF or CR LF.
  CONNECT and CONNECTED have no escapes (Value Encoding), all other frames do; an unknown escape is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

COMMANDS: Final = frozenset(
    (
        *("CONNECTED", "MESSAGE", "RECEIPT", "ERROR", "CONNECT", "STOMP", "SEND", "SUBSCRIBE", "UNSUBSCRIBE"),
        *("ACK", "NACK", "BEGIN", "COMMIT", "ABORT", "DISCONNECT"),
    )
)
HEARTBEAT: Final = b"\n"

_PLAIN: Final = frozenset(("CONNECT", "CONNECTED"))
_SPECIAL: Final = re.compile(r"[\\\r\n:]")
_WRITTEN: Final = str.maketrans({"\\": "\\\\", "\r": "\\r", "\n": "\\n", ":": "\\c"})
_ESCAPE: Final = re.compile(r"\\(.?)", re.DOTALL)
_READ: Final = {"\\": "\\", "r": "\r", "n": "\n", "c": ":"}
_LONGEST_COMMAND: Final = max(map(len, COMMANDS))


class MalformedError(ValueError):
    """Bytes that are not STOMP, or too many of them.

    Attributes:
        frames: what was whole before them, and was not returned yet.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.frames: list[Frame] = []


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a frame may have, in octets: of its command and headers together, and of its body."""

    headers: int = 1_000
    """How many."""
    head: int = 256 * 1024
    body: int = 32 * 1024 * 1024


class Frame(msgspec.Struct):
    """One frame."""

    command: str
    headers: dict[str, str]
    body: bytes = b""


# -- writing ----------------------------------------------------------------------------------------------------------


def escape(text: str) -> str:
    """Write a header's name or value."""
    return text.translate(_WRITTEN) if _SPECIAL.search(text) else text


def write_head(command: str, headers: Iterable[tuple[str, str]]) -> str:
    """Write a command and its headers, escaped; more headers may follow, then an empty line, the body, and NUL."""
    return f"{command}\n" + write_headers(headers)


def write_headers(headers: Iterable[tuple[str, str]]) -> str:
    """Write headers, escaped."""
    search = _SPECIAL.search
    return "".join(
        [
            f"{name}:{value}\n" if not search(value) else f"{name}:{value.translate(_WRITTEN)}\n"
            for name, value in headers
        ]
    )


def write_frame(command: str, headers: Iterable[tuple[str, str]], body: bytes = b"", *, measured: bool = True) -> bytes:
    """Write a frame; ``measured``: its body, if it has one, comes with a content-length.

    Raises:
        ValueError: a header holds half a character, or a body without a length holds NUL.
    """
    if command in _PLAIN:
        pairs = list(headers)
        if any("\n" in text or "\r" in text for pair in pairs for text in pair):
            raise ValueError(f"{command} cannot have headers of several lines")
        head = f"{command}\n" + "".join(f"{name}:{value}\n" for name, value in pairs)
    else:
        head = write_head(command, ((escape(name), value) for name, value in headers))
    if body and measured:
        head += f"content-length:{len(body)}\n"
    elif b"\0" in body:
        raise ValueError("a body that holds NUL needs a content-length")
    return b"%b\n%b\0" % (head.encode(), body)


# -- reading ----------------------------------------------------------------------------------------------------------


class Scanner:
    """The reading side of one connection."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._rest = bytearray()
        """What has come of a frame that is not whole, from its first byte."""
        self._need = 0
        """How many bytes of it there must be, where that is known; else 0."""
        self._seen = 0
        """How many of them have been searched in vain for the end: of the head, or of a body without a length."""
        self._body = 0
        """Where a body without a length begins; 0: the head is not whole."""

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes and return the frames that are whole now.

        Raises:
            MalformedError: they are not STOMP, or a frame is larger than the limits.
        """
        rest = self._rest
        if rest:
            rest += data
            if not self._whole():
                return []
            data = bytes(rest)
            rest.clear()
        frames: list[Frame] = []
        at, size = 0, len(data)
        while True:
            while at < size and data[at] in b"\n\r":  # heartbeats, and line ends behind a frame
                at += 1
            if at == size:
                return frames
            self._need = self._seen = self._body = 0
            try:
                found = self._frame(data, at)
            except MalformedError as exc:
                exc.frames = frames
                raise
            if found is None:
                rest += data[at:]
                return frames
            frame, at = found
            frames.append(frame)

    def _whole(self) -> bool:
        """Return whether it is worth looking: more of the frame can be read than the last time."""
        rest = self._rest
        size = len(rest)
        if self._need:
            return size >= self._need
        start = self._seen
        if self._body:
            self._seen = size
            if rest.find(b"\0", start) >= 0:
                return True
            self._check_body(size - self._body)
        else:
            self._seen = max(0, size - 2)
            if rest.find(b"\n\n", start) >= 0 or rest.find(b"\n\r\n", start) >= 0:
                return True
            self._check_head(rest, 0, size)
        return False

    def _check_head(self, data: bytes | bytearray, at: int, end: int) -> None:
        """Refuse what is no head: too long, or begun with something that is no command."""
        if end - at > self.limits.head:
            raise MalformedError(f"a frame's head is longer than {self.limits.head} octets")
        if end - at > _LONGEST_COMMAND + 1 and data.find(b"\n", at, at + _LONGEST_COMMAND + 2) < 0:
            raise MalformedError(f"no command of STOMP: {bytes(data[at : at + _LONGEST_COMMAND])!r}")

    def _check_body(self, size: int) -> None:
        if size > self.limits.body:
            raise MalformedError(f"a frame's body is longer than {self.limits.body} octets")

    def _frame(self, data: bytes, at: int) -> tuple[Frame, int] | None:
        """Read the frame that begins at ``at`` and return it with the position behind it; None: it is not whole."""
        end = data.find(b"\n\n", at)
        body = end + 2
        stop = end + 1 if end >= 0 else len(data)
        if data.find(b"\r", at, stop) >= 0 and (other := data.find(b"\n\r\n", at, stop)) >= 0:
            end, body = other, other + 3
        if end < 0:
            self._check_head(data, at, len(data))
            self._seen = max(0, len(data) - at - 2)
            return None
        if end - at > self.limits.head:
            self._check_head(data, at, end)
        command, headers = self._head(data[at:end])
        length = headers.get("content-length")
        if length is None:
            end = data.find(b"\0", body)
            if end < 0:
                self._check_body(len(data) - body)
                self._body, self._seen = body - at, len(data) - at
                return None
            self._check_body(end - body)
        else:
            if not (length.isascii() and length.isdigit()) or len(length) > 12:
                raise MalformedError(f"no length of a body: {length[:20]!r}")
            end = body + int(length)
            self._check_body(end - body)
            if end >= len(data):
                self._need = end + 1 - at
                return None
            if data[end]:
                raise MalformedError("a body is longer than its content-length")
        return Frame(command, headers, data[body:end]), end + 1

    def _head(self, raw: bytes) -> tuple[str, dict[str, str]]:
        try:
            text = raw.decode()
        except UnicodeDecodeError as exc:
            raise MalformedError(f"a frame's head is not UTF-8: {exc.reason}") from None
        lines = text.split("\n") if "\r" not in text else _lines(text)
        command = lines[0]
        if command not in COMMANDS:
            raise MalformedError(f"no command of STOMP: {command[:20]!r}")
        if len(lines) > self.limits.headers + 1:
            raise MalformedError(f"a frame has more than {self.limits.headers} headers")
        pairs = [line.split(":", 1) for line in lines[:0:-1]]  # the first of its name is written last
        try:
            headers: dict[str, str] = dict(pairs)
        except ValueError:
            raise MalformedError("a header without a colon") from None
        if "\\" in text and command not in _PLAIN:
            if "\\" in "".join(headers):
                headers = {_unescaped(name): value for name, value in pairs}
            _unescape_values(headers)
        if "" in headers:
            raise MalformedError("a header without a name")
        return command, headers


def _lines(text: str) -> list[str]:
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if any("\r" in line for line in lines):
        raise MalformedError("a carriage return in the middle of a line")
    return lines


def _unescape_values(headers: dict[str, str]) -> None:
    for name in [name for name, value in headers.items() if "\\" in value]:
        headers[name] = _unescaped(headers[name])


def _unescaped(text: str) -> str:
    """Read a header's name or value.

    Raises:
        MalformedError: it has an escape that there is not.
    """
    if "\\" not in text:
        return text
    if "\\\\" not in text:
        short = text.replace("\\c", ":")  # nearly always all there is
        if "\\" not in short:
            return short
    try:
        return _ESCAPE.sub(lambda found: _READ[found[1]], text)
    except KeyError as exc:
        raise MalformedError(f"an unknown escape: \\{exc.args[0]}") from None
