"""Stores what is published and too large, and reads it for what is received.

Rules: a content is stored before its reference is sent. A content that is missing or is not what the reference says is
a dead letter; a store that cannot be reached is not: its messages wait.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeVar

import anyio.to_thread

from cimbus.errors import DecodeError, SendError
from cimbus.interface.codecs import DEFAULT_LIMITS, Limits
from cimbus.interface.codecs.limits import beyond
from cimbus.interface.message import Message
from cimbus.interface.model import Cim
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import ThrottledLog
from cimbus.middleware.safe_log import safe_logger

from .content_store import ContentStore, ContentStoreError
from .reference import MARK, NAME, ContentReference, reference_in, referring

T = TypeVar("T")
log: Final = safe_logger("cimbus")

OVER: Final = 262_144
"""From which size a payload is stored, in bytes: a quarter of Kafka's default message.max.bytes, and the usual bound of
hosted queues. Smaller messages cost a broker less than two more accesses to a store."""
KEEP: Final = 7 * 86_400.0
"""How long a content is kept, in seconds: a week, as MQTT sessions (?session_expiry) and Kafka's offsets are."""
SWEEPS: Final = 24
"""How often contents that are too old are looked for while one is kept: with a week, every seven hours."""


class ClaimedFrame(Frame, frozen=True, kw_only=True, gc=False):
    """A frame with a reference, and the content that is to be stored before it is sent.

    >>> from cimbus import Topic
    >>> topic = Topic("production", "events", "MeterReadings", "created")
    >>> ClaimedFrame(topic=topic, body=b"<reference/>", content=b"<content/>", name="1800000000-ab").plain.body
    b'<reference/>'
    """

    name: str
    content: bytes

    @property
    def plain(self) -> Frame:
        """The frame to be sent."""
        return Frame(
            topic=self.topic, body=self.body, properties=self.properties, address=self.address, create=self.create
        )


class ClaimCheck:
    """The claim checks of one bus.

    >>> import anyio, tempfile
    >>> from cimbus import Bus
    >>> from cimbus.nouns import MeterReadings
    >>> async def main(folder):
    ...     async with Bus("memory:", claim_store=folder, claim_over=100) as bus:
    ...         async with bus.subscribe(MeterReadings) as readings:
    ...             await bus.publish(MeterReadings())  # with its header, it is above 100 bytes
    ...             async with await readings.receive() as message:
    ...                 print(type(message.payload).__name__)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     anyio.run(main, folder)
    MeterReadings

    Args:
        store: where contents are; None: a reference that is received becomes a dead letter, and nothing is stored.
        over: from which size a message is stored, in bytes.
        keep: how long it is kept, in seconds.
        limits: bounds for what is read.

    Attributes:
        over: the size of a body, in bytes, from which it is stored; infinity: none is.

    Raises:
        ValueError: ``over`` or ``keep`` is not positive.
    """

    def __init__(
        self,
        store: ContentStore | None = None,
        *,
        over: int = OVER,
        keep: float = KEEP,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        if over <= 0 or keep <= 0:
            raise ValueError(f"claim_over and claim_keep are positive, not {over} and {keep:g}")
        self._store = store
        self.over = math.inf if store is None else over
        self._keep = keep
        self._limits = limits
        self._swept = 0.0
        self._throttled = ThrottledLog(log)

    # -- sending ------------------------------------------------------------------------------------------------------

    def claimed(self, message: Message[Any], frame: Frame, encode: Callable[[Message[Any]], bytes]) -> Frame:
        """Return a frame as it is, or with a reference if it is too large; ``encode`` writes the reference."""
        if self._store is None or len(frame.body) <= self.over:
            return frame
        reference = ContentReference.of(frame.body, time.time() + self._keep)
        return ClaimedFrame(
            topic=frame.topic,
            body=encode(referring(message, reference)),
            properties=frame.properties,
            address=frame.address,
            create=frame.create,
            name=reference.name,
            content=frame.body,
        )

    async def stored(self, frames: Sequence[Frame]) -> Sequence[Frame | SendError]:
        """Store the contents of frames that have one; return the frames to send, and why others cannot be sent."""
        store = self._store
        if store is None or not any(isinstance(frame, ClaimedFrame) for frame in frames):
            return frames
        found = [await self._stored(store, frame) if isinstance(frame, ClaimedFrame) else frame for frame in frames]
        await self._sweep(store)
        return found

    async def _stored(self, store: ContentStore, frame: ClaimedFrame) -> Frame | SendError:
        try:
            await self._run(partial(store.write, frame.name, frame.content))
        except (ContentStoreError, FileNotFoundError) as error:
            return SendError(f"its content cannot be stored: {error}")
        return frame.plain

    async def _sweep(self, store: ContentStore) -> None:
        """Remove what is too old, once in a while."""
        now = time.time()
        if now - self._swept < self._keep / SWEEPS:
            return
        self._swept = now

        def remove() -> int:
            old = [name for name in store.names() if NAME.fullmatch(name) and int(name.partition("-")[0]) < now]
            for name in old:
                store.remove(name)
            return len(old)

        try:
            if removed := await self._run(remove):
                log.info("%r: %d contents that were kept long enough removed", store, removed)
        except ContentStoreError as error:
            self._throttled.warning("contents that are too old cannot be removed: %s", error)

    # -- receiving ----------------------------------------------------------------------------------------------------

    def may_refer(self, message: Message[Any], body: bytes) -> bool:
        """Return whether a message, which was read from a body, may have a reference; quick.

        A payload that is a known noun is none; the body is searched only where the payload is not decoded, or unknown.
        """
        return not isinstance(message.decoded_payload, Cim) and body.find(MARK) >= 0

    async def content(self, message: Message[Any]) -> bytes | None:
        """Return what was stored for a message; None if it has no reference.

        Raises:
            DecodeError: there is no store, or the content is missing, altered or too large.
            ContentStoreError: the store cannot be read now.
        """
        reference = reference_in(message)
        if reference is None:
            return None
        if self._store is None:
            raise DecodeError(
                "its payload is stored beside the bus (claim check), and this bus has no store: give it "
                "Bus(claim_store=...) or $CIMBUS_CLAIM_STORE"
            )
        if reference.length > self._limits.max_bytes:
            raise beyond(f"a stored content of {reference.length} octets", "max_bytes", self._limits.max_bytes)
        try:
            # one octet more tells a content that has grown
            content = await self._run(partial(self._store.read, reference.name, reference.length + 1))
        except FileNotFoundError:
            raise DecodeError(_missing(reference, self._store)) from None
        if not reference.fits(content):
            raise DecodeError(
                f"the stored content {reference.name} is not the one that was sent: its length or SHA-256 differs"
            )
        return content

    async def _run(self, work: Callable[[], T]) -> T:
        """Do what blocks in a thread.

        Raises:
            FileNotFoundError: there is no such content.
            ContentStoreError: anything else.
        """
        try:
            return await anyio.to_thread.run_sync(work)
        except FileNotFoundError:
            raise
        except Exception as error:  # what file systems of fsspec raise is theirs
            raise ContentStoreError(f"{self._store!r}: {type(error).__name__}: {error}") from error


def _missing(reference: ContentReference, store: ContentStore) -> str:
    until = datetime.fromtimestamp(min(reference.expires, 253_402_300_799), UTC)  # the year 9999 is datetime's last
    why = "" if reference.expires > time.time() else " (claim_keep of its sender; the message came too late)"
    return f"the stored content {reference.name} is not in {store!r}; it was kept until {until:%Y-%m-%d %H:%M:%S}Z{why}"
