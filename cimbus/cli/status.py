"""``cimbus status``: what the components on a bus say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import anyio
import click
import msgspec
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cimbus.application.bus import Bus
from cimbus.application.subscription import Subscription
from cimbus.middleware.one_line import one_line
from cimbus.nouns.reporting import ComponentReport, ComponentReports, GetComponentReports

from . import exits, running
from .options import common, shared_bus
from .output import interactive, record, remark, shown, table

_FIRST: Final = ("component", "process", "status", "up")
_NUMBERS: Final = ("handled", "/s", "failed", "flight", "backlog")
COLUMNS: Final = (*_FIRST, *_NUMBERS, "last error")
_STYLES: Final = {"ready": "green", "waiting": "yellow", "disconnected": "red", "stopping": "dim", "silent": "red"}
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
SILENT: Final = 3
"""After so many rounds without a report a component is shown as silent: one report may be late."""


@click.command("status")
@click.argument("url", required=False)
@click.option("--component", "components", multiple=True, metavar="NAME", help="This one only (may be repeated).")
@click.option(
    "--wait",
    type=click.FloatRange(0, min_open=True),
    default=2.0,
    show_default=True,
    metavar="S",
    help="How long to wait for reports, and from one round to the next.",
)
@click.option("--count", type=click.IntRange(1), metavar="N", help="With --once: end when N processes have answered.")
@click.option("--once", is_flag=True, help="Ask once, write the table, and end; also where stdout is no terminal.")
@common
def status(
    *,
    url: str | None,
    components: tuple[str, ...],
    wait: float,
    count: int | None,
    once: bool,
    bus: str | None,
    context: str | None,
    as_json: bool,
    backend: str,
) -> int:
    """Ask all components on the bus at URL (or --bus) for a report, and show what they say, until Ctrl-C.

    A component reports if it was made with report_every=SECONDS, or runs with --report-every. Where stdout is no
    terminal, it is asked once. Exits with 1 if no component answers.
    """
    where = shared_bus(url or bus)
    once = once or as_json or not interactive()

    async def work() -> int:
        async with AsyncExitStack() as stack:
            opened = await stack.enter_async_context(Bus(where, context=context, source="cimbus status"))
            reports = await stack.enter_async_context(opened.subscribe(ComponentReports))
            board = StatusBoard(count)
            if not once:
                board.enough = None
                return await _watch(opened, reports, components, wait, board)
            await _ask(opened, reports, components, wait, board)
        _show(board, shown(where), as_json=as_json)
        return exits.OK if board.latest else exits.FAILED

    return running.run(work, backend)


class StatusBoard:
    """The last report of each process.

    Args:
        enough: how many processes are waited for; None: all that answer in time.

    Attributes:
        latest: by mRID, and the round in which it came.
        round: how often the components were asked.
    """

    def __init__(self, enough: int | None = None) -> None:
        self.enough = enough
        self.latest: dict[str, tuple[ComponentReport, int]] = {}
        self.round = 0

    def add(self, report: ComponentReport) -> None:
        """Note a report."""
        self.latest[report.mRID] = report, self.round

    def rows(self, now: datetime) -> list[tuple[str, ...]]:
        """Return a row for each process, by ``COLUMNS``."""
        reports = sorted(self.latest.values(), key=lambda each: each[0].mRID)
        return [_row(report, now, silent=self.round - seen >= SILENT) for report, seen in reports]


async def _ask(
    bus: Bus, reports: Subscription[ComponentReports], components: Sequence[str], wait: float, board: StatusBoard
) -> None:
    """Ask once, and note what comes within the time."""
    board.round += 1
    with anyio.move_on_after(wait):
        await bus.publish(
            GetComponentReports(component=list(components)), expires=timedelta(seconds=wait), ack_required=False
        )
        async for delivery in reports:
            async with delivery as message:
                for report in message.payload.ComponentReport:
                    if not components or report.name in components:
                        board.add(report)
            if board.enough is not None and len(board.latest) >= board.enough:
                return


async def _watch(
    bus: Bus, reports: Subscription[ComponentReports], components: Sequence[str], wait: float, board: StatusBoard
) -> int:
    with Live(console=Console(), auto_refresh=False) as live:
        while True:
            await _ask(bus, reports, components, wait, board)
            live.update(_made(board), refresh=True)


def _made(board: StatusBoard) -> Table:
    made = Table(box=None, header_style="bold", pad_edge=False)
    for name in COLUMNS:
        number = name in _NUMBERS
        made.add_column(name, justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in board.rows(datetime.now(UTC)):
        made.add_row(*(Text(cell, _STYLES.get(cell, "") if index == 2 else "") for index, cell in enumerate(row)))
    if not board.latest:
        made.caption = "no component has answered yet"
    return made


def _show(board: StatusBoard, where: str, *, as_json: bool) -> None:
    if not board.latest:
        remark(f"no component on {where} has answered: they report with report_every=SECONDS", "yellow")
    elif as_json:
        for report, _ in sorted(board.latest.values(), key=lambda each: each[0].mRID):
            record(_plain(report))
    elif interactive():
        Console().print(_made(board))
    else:
        table(COLUMNS, board.rows(datetime.now(UTC)))


def _plain(report: ComponentReport) -> dict[str, Any]:
    """Return a report as JSON has it, with numbers as numbers."""
    found: dict[str, Any] = msgspec.json.decode(_ENCODER.encode(report))
    return found


def _row(report: ComponentReport, now: datetime, *, silent: bool) -> tuple[str, ...]:
    rates = [handler.ratePerSecond for handler in report.Handler if handler.ratePerSecond is not None]
    backlogs = [bus.backlogMessages for bus in report.Bus if bus.backlogMessages is not None]
    cells = (
        report.name,
        f"{report.host or '?'}:{report.processID or '?'}",
        "silent" if silent else report.statusKind,
        "" if report.startDateTime is None else span((now - report.startDateTime).total_seconds()),
        str(sum(handler.handled for handler in report.Handler)),
        f"{sum(rates):.1f}" if rates else "",
        str(sum(handler.failed for handler in report.Handler)),
        str(sum(handler.inFlight for handler in report.Handler)),
        str(sum(backlogs)) if backlogs else "",
        (report.Error[-1].exceptionType or "") if report.Error else "",
    )
    return tuple(one_line(cell) for cell in cells)


def span(seconds: float) -> str:
    """Return a time span in one unit, for a column.

    >>> span(42), span(7_500), span(200_000)
    ('42 s', '2 h', '2 d')
    """
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
