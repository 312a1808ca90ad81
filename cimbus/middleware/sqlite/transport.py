"""``SqliteTransport``: a bus in one file.

``sqlite:///absolute/path.db`` or ``sqlite:relative.db``. All processes of one machine that name the same
file are on one bus; no process has to be there before another. Rules:

* ``send`` returns when the frame is on disk, and nothing is written that no subscription wants.
* A frame is removed when the last of its groups and consumers has settled it. The backlog of a durable group that is
  away is kept without end, unless ``?retention=SECONDS`` bounds it: older frames that are not delivered are then
  removed, and the log says how many. ``?max_size=BYTES`` makes ``send`` refuse rather than let the file outgrow that,
  and ``forget`` ends a group that will not come back. The file does not shrink; its free space is used again.
* A consumer that dies is noticed within a second or two, and what it had is redelivered to others. One that is slow is
  never taken for dead.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.request import url2pathname

import anyio

from cimbus.errors import ClosedError, ConnectError, SendError, TransportError, UsageError
from cimbus.middleware.buffered_transaction import MAX_BODY, frame_to_send
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.group import GroupAdmin, GroupDescription
from cimbus.middleware.loop_callback import loop_callback
from cimbus.middleware.naming import PATH_NAMING, Naming
from cimbus.middleware.net.url import read_options, split_url
from cimbus.middleware.safe_url import safe_url
from cimbus.middleware.send_report import SendReport
from cimbus.middleware.transport import Consumer, SubscriptionSpec, Traits, Transactional, Transport, check_retained

from .consumer import SqliteConsumer
from .options import SqliteOptions
from .store import Bounds
from .transaction import SqliteTransaction
from .worker import Job, SendJob, Worker

LEAVE_TIMEOUT: Final = 5
"""How long leaving waits for a file that cannot be written, in seconds; the thread goes on trying, and other processes
take over in the end."""
TRAITS: Final = Traits(
    durable=True,
    persistent=True,
    groups=True,
    keyed_groups=True,
    redelivers=True,
    counts_attempts=True,
    multi_process=True,
    max_body=MAX_BODY,
    transactions=True,
    transactional_settlement=True,
    tells_unroutable=True,
)


class SqliteTransport:
    """Frames through a file.

    Args:
        path: the file; created if it is missing, in a folder that exists.
        max_size: how large senders may make it, in bytes; 0: no bound.
        retention: for how many seconds a frame is kept for those who have not taken it; 0: no bound.

    Raises:
        UsageError: the size or the time is negative.

    Example:
        >>> import tempfile
        >>> from cimbus import Frame, Pattern, SubscriptionSpec, Topic
        >>> async def main():
        ...     group = SubscriptionSpec(patterns=(Pattern(),), group="billing", durable=True)
        ...     topic = Topic("production", "events", "MeterReadings", "created", "meter 7")
        ...     with tempfile.TemporaryDirectory() as folder:
        ...         async with SqliteTransport(f"{folder}/bus.db") as transport:
        ...             async with transport.listen(group):
        ...                 pass  # from now on the file keeps what the group has to receive
        ...             await transport.send([Frame(topic=topic, body=b"42")])
        ...         async with SqliteTransport(f"{folder}/bus.db") as transport, transport.listen(group) as consumer:
        ...             (delivery,) = await consumer.receive()
        ...             delivery.accept()
        ...             print(delivery.value.body)
        >>> anyio.run(main)
        b'42'
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

        Example:
            >>> SqliteTransport.from_url("sqlite:///var/bus.db?retention=86400").path.name
            'bus.db'
        """
        parts = split_url(url)
        if parts is None or parts.netloc or not parts.path or parts.path.endswith("/") or parts.path.startswith(":"):
            raise UsageError(f"{safe_url(url)} names no file; write sqlite:///absolute/path.db or sqlite:relative.db")
        options = read_options(parts.query, SqliteOptions)
        return cls(url2pathname(parts.path), max_size=options.max_size, retention=options.retention)

    @classmethod
    def namings(cls) -> Mapping[str, Naming]:
        """Return how topics are written by default, by kind of broker."""
        return {"sqlite": PATH_NAMING}

    @property
    def traits(self) -> Traits:
        """What a file can do."""
        return TRAITS

    @property
    def naming(self) -> Naming:
        """How topics are written in a reply address; nothing else needs them written."""
        return PATH_NAMING

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
        worker = Worker(self.path, self.bounds, loop_callback())
        await worker.start()
        self._worker = worker
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Write what was sent and settled, release what was not, and close the file."""
        worker = self._open
        self._worker = None
        for consumer in list(worker.consumers):
            await self._leave(worker, consumer)
        await worker.stop()

    @property
    def _open(self) -> Worker:
        if self._worker is None:
            raise ClosedError("the transport is not open")
        return self._worker

    def refusal(self, frame: Frame) -> SendError | None:
        """Return why a frame is refused; None: it is not."""
        checked = frame_to_send(frame)
        return checked if isinstance(checked, SendError) else None

    async def send(self, frames: Sequence[Frame]) -> Sequence[Exception | None]:
        """Return when the frames are on disk, together with those of all callers at the same time.

        Raises:
            ClosedError: the transport is not open.
        """
        worker = self._open
        if not frames:
            return []
        checked = [frame_to_send(frame) for frame in frames]
        good = [frame for frame in checked if isinstance(frame, Frame)]
        sent = await worker.ask(SendJob(good)) if good else SendReport((), ())
        places = [place for place, frame in enumerate(checked) if isinstance(frame, Frame)]
        results = iter(sent)
        found = [next(results) if isinstance(frame, Frame) else frame for frame in checked]
        return SendReport(found, [places[index] for index in sent.unroutable]) if sent.unroutable else found

    @asynccontextmanager
    async def transaction(
        self, consumer: Consumer | None = None, deliveries: Sequence[Delivery[Frame]] = ()
    ) -> AsyncGenerator[SqliteTransaction]:
        """Return the block of a transaction: it is committed at the end, and rolled back when the block raises.

        Args:
            consumer: the open consumer that ``deliveries`` came from; None where there are none.
            deliveries: unsettled deliveries to accept when the transaction is committed; after a rollback they are
                unsettled as before.

        Raises:
            UsageError: a delivery is settled, or not of this consumer.
            ClosedError: the transport or the consumer is not open.
            SendError: a frame was refused; nothing happened.
            TransportError: the file is locked by another process; nothing happened.
        """
        worker = self._open
        if consumer is not None and not isinstance(consumer, SqliteConsumer):
            raise UsageError("the consumer is of another transport")
        transaction = SqliteTransaction(worker.ask, frame_to_send, consumer, deliveries)
        yield transaction
        await transaction.commit()

    @asynccontextmanager
    async def listen(self, spec: SubscriptionSpec) -> AsyncGenerator[SqliteConsumer]:
        """Return the block in which a consumer for ``spec`` is open.

        Raises:
            ClosedError: the transport is not open.
            TransportError: the file cannot be written.
        """
        worker = self._open
        check_retained(spec, self.traits)
        consumer = SqliteConsumer(spec, worker.wake)
        worker.consumers.add(consumer)
        try:
            await worker.ask(Job(lambda rounds: rounds.join(consumer)))
            yield consumer
        finally:
            await self._leave(worker, consumer)

    async def _leave(self, worker: Worker, consumer: SqliteConsumer) -> None:
        """Close a consumer; idempotent."""
        consumer.close()
        if consumer in worker.consumers:
            worker.consumers.discard(consumer)
            with anyio.move_on_after(LEAVE_TIMEOUT, shield=True), suppress(TransportError):
                await worker.ask(Job(lambda rounds: rounds.leave(consumer)))

    async def groups(self) -> Sequence[GroupDescription]:
        """Return the groups there are; see ``GroupAdmin``.

        Raises:
            ClosedError: the transport is not open.
            TransportError: the file cannot be read.
        """
        return await self._open.ask(Job(lambda rounds: rounds.groups()))

    async def forget(self, group: str) -> int:
        """End groups that are away and will not come back; return how many frames waited for them.

        Args:
            group: a name as ``groups`` shows it; or that of a group, for all its patterns.

        Raises:
            ClosedError: the transport is not open.
            TransportError: the file cannot be written.
        """
        return await self._open.ask(Job(lambda rounds: rounds.forget(group)))


if TYPE_CHECKING:
    _: type[Transport] = SqliteTransport
    ___: type[GroupAdmin] = SqliteTransport
    __: type[Transactional] = SqliteTransport
