"""One process of a load: ``python -m cimbus.bench.process``, told by JSON lines on stdin, telling on stdout."""

from __future__ import annotations

import sys
from functools import partial

import anyio
import anyio.to_thread
import msgspec

from .receiving import handle_load
from .reports import Assignment, Command, Finish, Report
from .sending import publish_load

_COMMANDS = msgspec.json.Decoder(Command)
_ENCODER = msgspec.json.Encoder()


class PipeLink:
    """The pipes to the process that runs the load; when it is gone, the run is over."""

    async def command(self) -> Command:
        """Wait for the next command."""
        line = await anyio.to_thread.run_sync(sys.stdin.buffer.readline, abandon_on_cancel=True)
        return _COMMANDS.decode(line) if line.strip() else Finish()

    async def report(self, report: Report) -> None:
        """Write one line."""
        sys.stdout.buffer.write(_ENCODER.encode(report) + b"\n")
        sys.stdout.buffer.flush()


def main() -> int:
    """Do what the first line on stdin says."""
    assignment = msgspec.json.decode(sys.stdin.buffer.readline(), type=Assignment)
    work = publish_load if assignment.role == "publisher" else handle_load
    anyio.run(partial(work, assignment, PipeLink()), backend=assignment.plan.backend)
    return 0


if __name__ == "__main__":
    sys.exit(main())
