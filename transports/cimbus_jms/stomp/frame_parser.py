"""STOMP 1.2 frames read from bytes. Pure.

Rules:

* A ``FrameParser`` takes bytes in any pieces and returns the complete frames; how they were cut does not matter. Bytes
  are looked at once: an incomplete frame is searched from where the last search ended.
* Whatever comes, the only exception is ``MalformedFrameError``; after it, the connection cannot be used any longer.
  ``FrameLimits`` bound what a peer can make us keep. A MESSAGE beyond them, or with headers that cannot be read, is
  no reason for that where a consumer reads: the broker would deliver it again. It is read over, so that it can be
  settled: what is known of it is kept within the limits.
* Of a header that occurs twice, the first counts (STOMP 1.2, Repeated Header Entries). Line ends are LF or CR LF. An
  unknown escape is an error (Value Encoding).
"""

from __future__ import annotations

from typing import Final

from cimbus.middleware.net import IncompleteOctets, SkippedOctets

from .codec import COMMANDS, PLAIN, FrameLimits, MalformedFrameError, StompFrame
from .headers import readable, shortened, unescaped

_MESSAGES: Final = (b"MESSAGE\n", b"MESSAGE\r\n")
_LONGEST_COMMAND: Final = max(map(len, COMMANDS))

Found = tuple[StompFrame, int] | None
"""A frame and the position behind it; None: more of it is to come."""


class FrameParser:
    r"""The reading side of one connection.

    Args:
        limits: what a frame may have.
        read_over: return a MESSAGE that is wrong with its ``defect``, as long as it can be said where it ends.

    >>> parser = FrameParser()
    >>> parser.feed(b"RECEIPT\nreceipt-id:1\n"), parser.feed(b"\n\0\n")
    ([], [StompFrame(command='RECEIPT', headers={'receipt-id': '1'})])
    """

    def __init__(self, limits: FrameLimits | None = None, *, read_over: bool = False) -> None:
        self.limits = limits or FrameLimits()
        self._read_over = read_over
        self._rest = bytearray()
        """What has come of an incomplete frame, from its first byte, unless it is known how long the frame is."""
        self._kept = IncompleteOctets()
        """What has come of it then."""
        self._seen = 0
        """How many of them were searched for the end: of the head, or of a body without a length."""
        self._body = 0
        """Where a body without a length begins; 0: the head is incomplete."""
        self._shortened = False
        """The head was too long, and is shortened."""
        self._oversize: StompFrame | None = None
        """The MESSAGE whose body is being skipped."""
        self._skipped = SkippedOctets()

    def feed(self, data: bytes) -> list[StompFrame]:
        """Take bytes and return the frames that they complete.

        Raises:
            MalformedFrameError: they are not STOMP, or a frame is larger than the limits.
        """
        rest = self._rest
        data = self._kept.add(data)
        if rest:
            rest += data
            if not self._whole():
                return []
            data = bytes(rest)
            rest.clear()
        frames: list[StompFrame] = []
        at, size = 0, len(data)
        while True:
            while self._oversize is None and at < size and data[at] in b"\n\r":  # heartbeats, and ends behind a frame
                at += 1
            if at == size:
                return frames
            try:
                found = self._frame(data, at) if self._oversize is None else self._skip(self._oversize, data, at)
            except MalformedFrameError as exc:
                exc.frames = frames + exc.frames
                raise
            if found is None:
                return frames
            frame, at = found
            frames.append(frame)
            self._shortened = False

    def _whole(self) -> bool:
        """Return whether the frame can be complete now, or is too large."""
        rest, start = self._rest, self._seen
        size = len(rest)
        if self._body:
            self._seen = size
            return rest.find(b"\0", start) >= 0 or size - self._body > self.limits.body
        self._seen = max(0, size - 2)
        ended = rest.find(b"\n\n", start) >= 0 or rest.find(b"\n\r\n", start) >= 0
        return ended or size > self.limits.head or _no_command(rest, 0)

    def _frame(self, data: bytes, at: int) -> Found:
        """Read the frame at a position."""
        self._seen = self._body = 0
        end = data.find(b"\n\n", at)
        body = end + 2
        stop = end + 1 if end >= 0 else len(data)
        if data.find(b"\r", at, stop) >= 0 and (other := data.find(b"\n\r\n", at, stop)) >= 0:
            end, body = other, other + 3
        if end < 0:
            self._keep_head(data, at)
            return None
        frame = self._head(data[at:end])
        length = frame.headers.get("content-length")
        if length is None:
            end = data.find(b"\0", body)
            if (end if end >= 0 else len(data)) - body > self.limits.body:
                return self._begin_skipping(frame, SkippedOctets(), data, body)
            if end < 0:
                self._body, self._seen = body - at, len(data) - at
                self._rest += data[at:]
                return None
        else:
            if not (length.isascii() and length.isdigit()) or len(length) > 12:
                raise self._lost(frame, f"no length of a body: {length[:20]!r}")
            end = body + int(length)
            if end - body > self.limits.body:
                return self._begin_skipping(frame, SkippedOctets(int(length) + 1), data, body)
            if end >= len(data):
                self._kept.begin(data[at:], end + 1 - len(data))
                return None
            if data[end]:
                raise self._lost(frame, "a body is longer than its content-length")
        frame.body = data[body:end]
        return frame, end + 1

    # -- the head -----------------------------------------------------------------------------------------------------

    def _keep_head(self, data: bytes, at: int) -> None:
        """Keep what has come of a head: all of it, or what is needed of one that is too long."""
        if _no_command(data, at):
            raise MalformedFrameError(f"no command of STOMP: {data[at : at + _LONGEST_COMMAND]!r}")
        head = data[at:]
        if len(head) > self.limits.head:
            if not (self._read_over and head.startswith(_MESSAGES)):
                raise self._too_long()
            self._shortened = True
            head = shortened(head, self.limits.head)
        self._rest += head
        self._seen = max(0, len(head) - 2)

    def _head(self, raw: bytes) -> StompFrame:
        """Read a head: strictly, or what can be read of a MESSAGE that is read over."""
        try:
            if self._shortened or len(raw) > self.limits.head:
                raise self._too_long()
            return self._strict_head(raw)
        except MalformedFrameError as exc:
            if not (self._read_over and raw.startswith(_MESSAGES)):
                raise
            if self._shortened or len(raw) > self.limits.head:
                raw = shortened(raw + b"\n", self.limits.head)
            return StompFrame("MESSAGE", readable(raw, self.limits.headers), defect=str(exc))

    def _too_long(self) -> MalformedFrameError:
        return MalformedFrameError(f"a frame's head is longer than {self.limits.head} octets")

    def _strict_head(self, raw: bytes) -> StompFrame:
        try:
            text = raw.decode()
        except UnicodeDecodeError as exc:
            raise MalformedFrameError(f"a frame's head is not UTF-8: {exc.reason}") from None
        lines = text.split("\n") if "\r" not in text else _lines(text)
        command = lines[0]
        if command not in COMMANDS:
            raise MalformedFrameError(f"no command of STOMP: {command[:20]!r}")
        if len(lines) > self.limits.headers + 1:
            raise MalformedFrameError(f"a frame has more than {self.limits.headers} headers")
        # of two headers with one name the first counts, so it is written last
        pairs = [line.split(":", 1) for line in lines[:0:-1]]
        try:
            headers: dict[str, str] = dict(pairs)
        except ValueError:
            raise MalformedFrameError("a header without a colon") from None
        if "\\" in text and command not in PLAIN:
            if "\\" in "".join(headers):
                headers = {unescaped(name): value for name, value in pairs}
            _unescape_values(headers)
        if "" in headers:
            raise MalformedFrameError("a header without a name")
        return StompFrame(command, headers)

    # -- bodies that are too large ------------------------------------------------------------------------------------

    def _begin_skipping(self, frame: StompFrame, skipped: SkippedOctets, data: bytes, at: int) -> Found:
        if not self._read_over or frame.command != "MESSAGE":
            raise MalformedFrameError(f"a frame's body is longer than {self.limits.body} octets")
        self._oversize, self._skipped = frame, skipped
        return self._skip(frame, data, at)

    def _skip(self, frame: StompFrame, data: bytes, at: int) -> Found:
        """Go on skipping the body of a MESSAGE and the NUL behind it."""
        if (end := self._skipped.feed(data, at)) < 0:
            return None
        self._oversize = None
        if self._skipped.last:
            raise self._lost(frame, "a body is longer than its content-length")
        size = self._skipped.size - 1
        frame.defect = f"a body of {size} octets; the limit is {self.limits.body} (?max_body=)"
        return frame, end

    def _lost(self, frame: StompFrame, reason: str) -> MalformedFrameError:
        """Return the error that ends the connection, with what is known of a MESSAGE."""
        error = MalformedFrameError(reason)
        if self._read_over and frame.command == "MESSAGE":
            frame.defect, frame.fatal = reason, True
            error.frames = [frame]
        return error


def _no_command(data: bytes | bytearray, at: int) -> bool:
    """Return whether something other than a command begins at a position."""
    return len(data) - at > _LONGEST_COMMAND + 1 and data.find(b"\n", at, at + _LONGEST_COMMAND + 2) < 0


def _lines(text: str) -> list[str]:
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if any("\r" in line for line in lines):
        raise MalformedFrameError("a carriage return in the middle of a line")
    return lines


def _unescape_values(headers: dict[str, str]) -> None:
    for name in [name for name, value in headers.items() if "\\" in value]:
        headers[name] = unescaped(headers[name])
