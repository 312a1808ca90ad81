"""What the process that runs a load and those that send and receive it tell each other, one JSON line each."""

from __future__ import annotations

from typing import Protocol

import msgspec

from .plan import RunPlan

__all__ = ["Assignment", "Attend", "Begin", "Command", "Finish", "Finished", "Link", "Progress", "Ready", "Report"]


class Assignment(msgspec.Struct, frozen=True):
    """What one process is to do: send or handle the streams of one system.

    >>> Assignment(RunPlan(run="1", url="memory:", context="x", streams=()), "publisher", "OMS", 0).name
    'publisher to OMS'

    Attributes:
        plan: the run.
        role: ``publisher`` or ``subscriber``.
        system: the application that handles what it sends or receives.
        index: which of the publishers, or of the copies of the application.
        worker: which of the application's processes.
    """

    plan: RunPlan
    role: str
    system: str
    index: int
    worker: int = 0

    @property
    def name(self) -> str:
        """How reports call it."""
        if self.role == "publisher":
            return f"publisher to {self.system}" + (f" {self.index + 1}" if self.plan.publishers > 1 else "")
        copy = f" {self.index + 1}" if self.plan.subscribers > 1 else ""
        worker = f", worker {self.worker + 1}" if self.plan.workers > 1 else ""
        return f"subscriber {self.system}{copy}{worker}"


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """The run begins: ``at`` is in nanoseconds of the monotonic clock, which processes of one machine share.

    >>> Begin(at=0).at
    0
    """

    at: int


class Attend(msgspec.Struct, frozen=True, tag="attend"):
    """An application that was away comes back.

    >>> Attend()
    Attend()
    """


class Finish(msgspec.Struct, frozen=True, tag="finish"):
    """The run is over: tell what happened.

    >>> Finish()
    Finish()
    """


Command = Begin | Attend | Finish


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Connected, and subscribed.

    >>> Ready(pid=1).pid
    1
    """

    pid: int


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """How far a process is, by stream.

    >>> Progress(sent=(1,), acknowledged=(1,)).done
    False

    Attributes:
        sent, acknowledged: messages given to the bus, and taken by the middleware (requests: replied to).
        handled: deliveries whose handler has returned.
        tasks: of its event loop.
        done: a publisher has nothing to send any more.
    """

    sent: tuple[int, ...] = ()
    acknowledged: tuple[int, ...] = ()
    handled: tuple[int, ...] = ()
    tasks: int = 0
    done: bool = False


class StreamReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a process did of one stream.

    Attributes:
        states: a byte per message, compressed: of a publisher 1 for sent and 2 for acknowledged; of a subscriber how
            often it was handled.
        failed: messages that the middleware refused, and requests without a reply.
        received: deliveries that reached a handler.
        repeated: messages that were sent a second time on purpose.
        out_of_order: messages that came after a later one of the same key.
        handled_after, acknowledged_after, sent_after: encoded histograms, counted from when the message was due.
    """

    states: bytes
    failed: int = 0
    received: int = 0
    repeated: int = 0
    out_of_order: int = 0
    handled_after: bytes = b""
    acknowledged_after: bytes = b""
    sent_after: bytes = b""
    error: str = ""


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """All that a process did.

    >>> Finished(streams=()).streams
    ()
    """

    streams: tuple[StreamReport, ...]


Report = Ready | Progress | Finished


class Link(Protocol):
    """How a process that sends or receives is connected with the one that runs the load.

    >>> Link.__name__
    'Link'
    """

    async def command(self) -> Command:
        """Wait for the next command."""
        ...

    async def report(self, report: Report) -> None:
        """Tell something."""
        ...
