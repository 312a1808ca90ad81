"""``cimbus demo``: three applications on a bus; it shows what they do and checks that all of it happened."""

from __future__ import annotations

import logging
import time
from typing import Final

import click

from cimbus.application.dead_letters import MEMORY

from . import exits, running
from .options import common
from .output import LogHandler, fail, interactive, line, record, shown, styled, table
from .scenario import HES, MDM, OMS, ObservedDeadLetters, Scenario

_STYLES: Final = {HES: "bold magenta", OMS: "bold blue", MDM: "bold green"}
_ROLES: Final = {HES: "head-end system", OMS: "outage management", MDM: "meter data management"}


class Quiet(logging.Filter):
    """Holds back the log lines of the poison message: the demo itself shows what happens to it."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[logging.LogRecord] = []

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is to be written now."""
        if record.getMessage().startswith(f"demo-{OMS}.events-"):
            self.held.append(record)
            return False
        return True


@click.command("demo")
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), default=20.0, show_default=True, metavar="S", help="At most."
)
@common
def demo(
    *,
    bus: str | None,
    context: str | None,
    as_json: bool,
    backend: str,
    timeout: float,
) -> int:
    """Show what cimbus does: events, readings, a request with its reply, and a poison message.

    A head-end system (HES) publishes to an outage system (OMS) and a meter data system (MDM), inside this process
    (memory:) or on --bus. Exit code 0 says that all of it arrived.
    """
    url = bus or "memory:"
    letters = ObservedDeadLetters.beside(url)
    quiet = Quiet()
    logger = logging.getLogger("cimbus")
    handlers = [handler for handler in logger.handlers if isinstance(handler, LogHandler)]
    for handler in handlers:
        handler.addFilter(quiet)
    began = time.monotonic()

    async def work() -> int:
        scenario = Scenario(_meeting(url), context or "demo", letters, _tell_json if as_json else _tell)
        if not as_json:
            _open(url)
        missing = await scenario.execute(timeout)
        (_close_json if as_json else _close)(scenario, missing, time.monotonic() - began)
        for held in quiet.held if missing else ():
            for handler in handlers:
                handler.emit(held)
        return exits.FAILED if missing else exits.OK

    return running.run(work, backend)


def _meeting(url: str) -> str:
    """Return a URL under which three connections meet: a bare ``memory:`` is private to each."""
    return "memory:cimbus-demo" if url.rstrip("/") == "memory:" else url


def _open(url: str) -> None:
    styled(("cimbus demo", "bold"), (f" on {shown(url)}", ""))
    for name, role in _ROLES.items():
        styled((f"  {name}", _STYLES[name]), (f"  {role}", "dim"))
    line()


def _tell(who: str, what: str) -> None:
    styled((f"{who:4}", _STYLES.get(who, "")), (what, "" if who else "dim"))


def _tell_json(who: str, what: str) -> None:
    record({"who": who or None, "what": what.strip()})


def _close(scenario: Scenario, missing: list[str], seconds: float) -> None:
    letter = scenario.letters.found
    if letter is not None:
        line()
        line("The dead letter:", "bold")
        columns = ("id", "consumer", "topic", "attempts", "reason")
        table(columns, [(letter.id, letter.consumer, letter.frame.topic, letter.attempts, letter.reason)])
        if scenario.letters.path != MEMORY:
            line(f"It stays in {scenario.letters.path}: see `cimbus dlq list`, `show`, `replay`.", "dim")
    line()
    for what in scenario.happened:
        good = what not in missing
        styled(("  ok      " if good else "  MISSING ", "green" if good else "bold red"), (what, ""))
    if missing:
        fail(f"{len(missing)} of {len(scenario.happened)} expectations were not met in {seconds:.1f} s")
    else:
        line(f"All of it happened, in {seconds:.1f} s.", "bold" if interactive() else "")


def _close_json(scenario: Scenario, missing: list[str], seconds: float) -> None:
    letter = scenario.letters.found
    record(
        {
            "ok": not missing,
            "missing": missing,
            "seconds": round(seconds, 3),
            "dead_letter": None
            if letter is None
            else {"id": letter.id, "consumer": letter.consumer, "attempts": letter.attempts, "reason": letter.reason},
        }
    )
