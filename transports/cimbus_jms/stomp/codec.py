"""STOMP 1.2 frames as values and bytes: written here, read by ``frame_parser``. Pure.

Rule: CONNECT and CONNECTED have no escapes (STOMP 1.2, Value Encoding), all other frames do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from cimbus.middleware.net import MalformedError

COMMANDS: Final = frozenset(
    (
        *("CONNECTED", "MESSAGE", "RECEIPT", "ERROR", "CONNECT", "STOMP", "SEND", "SUBSCRIBE", "UNSUBSCRIBE"),
        *("ACK", "NACK", "BEGIN", "COMMIT", "ABORT", "DISCONNECT"),
    )
)
HEARTBEAT: Final = b"\n"
PLAIN: Final = frozenset(("CONNECT", "CONNECTED"))
_SPECIAL: Final = re.compile(r"[\\\r\n:]")
_WRITTEN: Final = str.maketrans({"\\": "\\\\", "\r": "\\r", "\n": "\\n", ":": "\\c"})


class MalformedFrameError(MalformedError):
    """Bytes that are not STOMP, or too many of them.

    Attributes:
        frames: the complete frames before them, which ``feed`` did not return, and the MESSAGE that is ``fatal``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.frames: list[StompFrame] = []


class FrameLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a frame may have: how many headers, and how many octets in command and headers together and in its body.

    ActiveMQ Classic writes at most 10 KiB per header and Artemis has no limit; these bounds are far above what any
    message of cimbus has, and bound what a peer can make us keep.
    """

    headers: int = 1_000
    head: int = 256 * 1024
    body: int = 32 * 1024 * 1024


class StompFrame(msgspec.Struct, repr_omit_defaults=True):
    """One frame: its command, its unescaped headers, and its body."""

    command: str
    headers: dict[str, str]
    body: bytes = b""
    defect: str = ""
    """Why this is not all that was sent: it was too large, or could not be read."""
    fatal: bool = False
    """It cannot be said where the frame ends, so that the connection ends with it."""


def escape(text: str) -> str:
    r"""Write a header's name or value (STOMP 1.2, Value Encoding).

    >>> escape("a:b")
    'a\\cb'
    """
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
    r"""Write a frame; ``measured``: with a content-length, if it has a body.

    Raises:
        ValueError: a header holds half a character, or a body without a length holds NUL.

    >>> write_frame("SEND", [("destination", "/queue/a")], b"hello")
    b'SEND\ndestination:/queue/a\ncontent-length:5\n\nhello\x00'
    """
    if command in PLAIN:
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
