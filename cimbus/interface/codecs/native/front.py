"""The native codec in front of the walker and of the writer.

Rule: what is returned here is what the walker would return, and the walker alone says what a document means. So no
document needs this. The same is true of writing: octet for octet, it is what the writer in Python would write.
``cimbus.testing.codec_fuzz`` compares both.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from cimbus.interface.codecs.limits import DEFAULT_LIMITS, Limits
from cimbus.interface.envelope import Header
from cimbus.interface.message import Message
from cimbus.interface.model import loaded_nouns, unloaded_nouns, watch_nouns

from .forms import form_tables
from .loading import Codec, ColumnsGiven, Loaded, load, refused
from .strict import is_surely_strict
from .tables import tables_of

_BOUNDS: Final = Limits(
    max_bytes=0, max_nodes=0, max_work=0, max_inflated=0, max_texts=0,  # taken from the caller's, or not needed
    max_depth=128, max_attributes=61, max_name=1_000, max_uri=1_000, max_prefixes=60, max_properties=10_000,
)  # fmt: skip
"""The native reader's own bounds (``native/src``: reader, cursor, namespaces). Where a caller's are lower, the walker
reads, and says which limit it is."""


class CodecStats(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the native codec is used in this process, and how often.

    Attributes:
        native: its version, empty if it is not used.
        reason: why it is not used, empty if it is.
        decoded: XML documents that it read.
        left: XML documents that it left to the walker.
        json_decoded: JSON documents that it read.
        json_left: JSON documents that it left to the reader in Python; strict reading is not counted.
        encoded: messages that it wrote as XML.
        encode_left: messages that it left to the writer in Python; per-noun roots and dialects are not counted.

    >>> CodecStats(native="", reason="not installed", decoded=0, left=7).left
    7
    """

    native: str
    reason: str
    decoded: int
    left: int
    json_decoded: int = 0
    json_left: int = 0
    encoded: int = 0
    encode_left: int = 0


class NativeFront:
    """Asks the native codec first.

    >>> NativeFront(Loaded(None, "", "turned off")).decode(b"<Message/>", DEFAULT_LIMITS) is None
    True
    """

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._lock = threading.Lock()
        self._codec: Codec | None = None
        """Made when the first document comes, and anew when a noun was registered."""
        self._changes = 0
        """How often a noun was registered."""
        self._decoded = 0
        self._left = 0
        self._json_decoded = 0
        self._json_left = 0
        self._encoded = 0
        self._encode_left = 0
        self.read: Callable[[bytes], Message[Any] | None] = self._first_read
        """Returns the message in a document, XML or JSON, within the default limits; None: it is to be read in Python.

        What begins with ``<`` or ``{`` and has no NUL at its end is counted, and need not be given to ``decode``."""
        self.is_on = loaded.module is not None
        watch_nouns(self._forget)

    def decode(self, data: bytes, limits: Limits, *, strict: bool = False) -> Message[Any] | None:
        """Return the message in an XML document, None if the walker is to read it.

        Strictly, it is one that strict reading accepts.
        """
        if not self.is_on or not (limits is DEFAULT_LIMITS or _covers(limits)):
            return None
        codec = self._codec or self._made()
        message = codec.decode(data, limits) if codec is not None else None
        if message is None or (strict and not is_surely_strict(message)):
            self._left += 1
            return None
        self._decoded += 1
        return message

    def decode_header(self, head: bytes, limits: Limits) -> Header | None:
        """Return the header of the message in a document of which these are the first octets; it is not counted."""
        if not self.is_on or not (limits is DEFAULT_LIMITS or _covers(limits)):
            return None
        codec = self._codec or self._made()
        return None if codec is None else codec.decode_header(head, limits)

    def decode_json(self, data: bytes, limits: Limits) -> Message[Any] | None:
        """Return the message in a JSON document, None if the general path is to read it.

        The caller has looked at the size of the document.
        """
        if not self.is_on or not (limits is DEFAULT_LIMITS or _covers(limits)):
            return None
        codec = self._codec or self._made()
        message = codec.decode_json(data) if codec is not None else None
        if message is None:
            self._json_left += 1
        else:
            self._json_decoded += 1
        return message

    def decode_json_header(self, head: bytes, limits: Limits) -> Header | None:
        """Return the header of a message in JSON of which these are the first octets; it is not counted."""
        if not self.is_on or not (limits is DEFAULT_LIMITS or _covers(limits)):
            return None
        codec = self._codec or self._made()
        return None if codec is None else codec.decode_json_header(head)

    def columns(
        self, data: bytes, limits: Limits, roles: Sequence[tuple[str, type[Any]]], given: ColumnsGiven
    ) -> tuple[Any, bytearray, bytearray] | None:
        """Return the readings in a document by column (see ``cimbus.readings``); it is not counted."""
        if not self.is_on or not (limits is DEFAULT_LIMITS or _covers(limits)):
            return None
        codec = self._codec or self._made()
        return None if codec is None else codec.columns(data, limits, roles, given)

    def encode(self, message: Message[Any], *, lenient: bool) -> bytes | None:
        """Return a message as an XML document with a generic root, None if the writer in Python is to write it."""
        if not self.is_on:
            return None
        codec = self._codec or self._made()
        written = codec.encode(message, lenient) if codec is not None else None
        if written is None:
            self._encode_left += 1
        else:
            self._encoded += 1
        return written

    def stats(self) -> CodecStats:
        """Return whether the native codec is used, and how often it was."""
        version, reason = (self._loaded.version, "") if self.is_on else ("", self._loaded.reason)
        decoded, left, json_decoded, json_left = (0, 0, 0, 0) if self._codec is None else self._codec.counts()
        return CodecStats(
            native=version,
            reason=reason,
            decoded=self._decoded + decoded,
            left=self._left + left,
            json_decoded=self._json_decoded + json_decoded,
            json_left=self._json_left + json_left,
            encoded=self._encoded,
            encode_left=self._encode_left,
        )

    def _made(self) -> Codec | None:
        module = self._loaded.module
        with self._lock:
            try:
                if module is not None:
                    changes, nouns = self._changes, loaded_nouns()
                    forms = form_tables(entry.cls for entry in nouns)
                    self._codec = module.Codec(tables_of(nouns, unloaded_nouns()), forms)
                    self.read = self._codec.read
                    if changes != self._changes:  # made anew for the next document; this one is left to the walker
                        self._codec, self.read = None, self._first_read
            except Exception as error:  # noqa: BLE001  # whatever is wrong with a class, messages are still read
                self._loaded = refused(self._loaded.version, f"its tables cannot be made: {error!r}")
                self.is_on = False
            return self._codec

    def _first_read(self, data: bytes) -> Message[Any] | None:
        """Read a document, and those after it without coming here."""
        codec = self._made() if self.is_on else None
        return None if codec is None else codec.read(data)

    def _forget(self) -> None:
        self._changes += 1
        if (codec := self._codec) is not None:
            decoded, left, json_decoded, json_left = codec.counts()
            self._decoded += decoded
            self._left += left
            self._json_decoded += json_decoded
            self._json_left += json_left
        self._codec, self.read = None, self._first_read


@lru_cache(maxsize=16)  # a program has one or two
def _covers(limits: Limits) -> bool:
    """Return whether limits are not lower than the native reader's own bounds."""
    return all(getattr(limits, name) >= getattr(_BOUNDS, name) for name in Limits.__struct_fields__)


NATIVE: Final = NativeFront(load())
"""The one that the codecs use."""


def stats() -> CodecStats:
    """Return whether the native codec is used in this process, and how often it was.

    >>> stats().native == "" or stats().reason == ""
    True
    """
    return NATIVE.stats()
