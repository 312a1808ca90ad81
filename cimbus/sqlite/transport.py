"""``SqliteTransport``: a bus in one file.

``sqlite:///absolute/path.db`` or ``sqlite:relative.db``. All processes of one machine that name the same
file are on one bus; no process has to be there before another. Rules:

* ``send`` returns when the frame is on disk, and nothing is written that nobody wants.
* A frame leaves the file when the last of its groups and inboxes has settled it. The backlog of a durable group that
  is away is kept without end, unless ``?retention=SECONDS`` says for how long: what is older and in nobody's hands is
  then removed, and the log says how much. ``?max_size=BYTES`` makes ``send`` refuse rather than let the file outgrow
  that, and ``forget`` ends a group that will not come back. The file does not shrink; its free space is used again.
* A consumer that dies is missed within a second or two, and what it had in hand goes to others. One that is slow is
  not taken for dead, however slow.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import parse_qsl, urlsplit
from urllib.request import url2pathname

import anyio
import msgspec

from cimbus.errors import ClosedError, ConnectError, SendError, TransportError, UsageError
from cimbus.frame import Frame
from cimbus.naming import MQTT_NAMING, Naming
from cimbus.transport import Intake, Traits, Transport

from .inbox import SqliteInbox
from .loops import poster
from .store import Bounds
from .worker import Job, Shipment, Worker

TRAITS: Final = Traits(
    durable=True,
    persistent=True,
    groups=True,
    keyed_groups=True,
    redelivers=True,
    counts_attempts=True,
    multi_process=True,
    max_body=256 * 1024 * 1024,
)


class SqliteTransport:
    """Frames through a file.

    Args:
        path: the file; made if it is not there, in a folder that is.
        max_size: how large senders may make it, in bytes; 0: as large as the disk.
        retention: for how many seconds a frame is kept for those who have not taken it; 0: without end.

    Raises:
        UsageError: the size or the time is negative.
    """

    def __init__(self, path: str | Path, *, max_size: int = 0, retention: float = 0.0) -> None:
        if max_size < 0 or retention < 0:
            raise UsageError(f"max_size (bytes) and retention (seconds) are not negative: {max_size}, {retention}")
        self.path = Path(path).absolute()
        self.bounds = Bounds(max_size=max_size, retention=retention)
        self._worker: Worker | None = None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make a transport from ``sqlite:///absolute/path.db`` or ``sqlite:relative.db``, with max_size and retention.

        Raises:
            UsageError: the URL names no file, or has an unknown option or an impossible value.
        """
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        numbers = {name: options.pop(name, "0") for name in ("max_size", "retention")}
        if options:
            raise UsageError(f"unknown option {min(options)!r} in {url!r}; sqlite: has max_size and retention")
        for name, text in numbers.items():
            if not (text.isascii() and text.isdecimal()):
                unit = "bytes" if name == "max_size" else "seconds"
                raise UsageError(f"{name} is a number of {unit}, not {text!r}, in {url!r}")
        if parts.netloc or not parts.path or parts.path.endswith("/") or parts.path.startswith(":"):
            raise UsageError(f"{url!r} names no file; write sqlite:///absolute/path.db or sqlite:relative.db")
        return cls(url2pathname(parts.path), max_size=int(numbers["max_size"]), retention=int(numbers["retention"]))

    @property
    def traits(self) -> Traits:
        """What a file can do."""
        return TRAITS

    @property
    def naming(self) -> Naming:
        """How topics are written in a reply address; nothing else needs them written."""
        return MQTT_NAMING

    @property
    def ready(self) -> bool:
        """Whether the file can be written now."""
        return self._worker is not None and self._worker.ready

    async def __aenter__(self) -> Self:
        """Open the file.

        Raises:
            ConnectError: it cannot be opened, or is not a bus.
        """
        if self._worker is not None:
            raise ConnectError("this transport is open already")
        worker = Worker(self.path, self.bounds, poster())
        await worker.start()
        self._worker = worker
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Write what was sent and settled, give back what was not, and close the file."""
        worker = self._open
        self._worker = None
        for inbox in list(worker.inboxes):
            await self._leave(worker, inbox)
        await worker.stop()

    @property
    def _open(self) -> Worker:
        if self._worker is None:
            raise ClosedError("the transport is not open")
        return self._worker

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Return when the frames are on disk, together with those of all who send at the same time.

        Raises:
            ClosedError: the transport is not open.
        """
        worker = self._open
        if not frames:
            return []
        checked = [self._check(frame) for frame in frames]
        good = [frame for frame in checked if isinstance(frame, Frame)]
        shipped = await worker.ask(Shipment(good)) if good else ()
        results = iter(shipped)
        return [next(results) if isinstance(frame, Frame) else frame for frame in checked]

    def _check(self, frame: Frame) -> Frame | SendError:
        """Return the frame as it is to be written, or why it cannot be."""
        if len(frame.body) > TRAITS.max_body:
            return SendError(f"a body of {len(frame.body)} octets; at most {TRAITS.max_body} are taken")
        if frame.address is None:
            return frame
        try:
            topic = MQTT_NAMING.destination(frame.address, frame.properties)
        except ValueError as exc:
            return SendError(f"no such destination here: {exc}")
        return msgspec.structs.replace(frame, topic=topic, address=None)

    @asynccontextmanager
    async def listen(self, intake: Intake) -> AsyncGenerator[SqliteInbox]:
        """Return the block in which an inbox for ``intake`` is open; its group wants what its last member declared.

        Raises:
            ClosedError: the transport is not open.
            TransportError: the file cannot be written.
        """
        worker = self._open
        inbox = SqliteInbox(intake, worker.wake)
        worker.inboxes.add(inbox)
        try:
            await worker.ask(Job(lambda rounds: rounds.join(inbox)))
            yield inbox
        finally:
            await self._leave(worker, inbox)

    async def _leave(self, worker: Worker, inbox: SqliteInbox) -> None:
        """Close an inbox; idempotent."""
        inbox.close()
        if inbox in worker.inboxes:
            worker.inboxes.discard(inbox)
            # a file that cannot be written keeps nobody here: the thread goes on trying, and at last others take over
            with anyio.move_on_after(5, shield=True), suppress(TransportError):
                await worker.ask(Job(lambda rounds: rounds.part(inbox)))

    async def forget(self, group: str) -> int:
        """End a durable group that is away and will not come back; return how many frames it had waiting.

        Raises:
            ClosedError: the transport is not open.
            TransportError: the file cannot be written.
        """
        return await self._open.ask(Job(lambda rounds: rounds.forget(group)))


if TYPE_CHECKING:
    _: type[Transport] = SqliteTransport
