"""``cimbus doctor``: what the settings of a broker will do to messages."""

from __future__ import annotations

from collections.abc import Sequence

import click
import msgspec

from cimbus.errors import UnsupportedError
from cimbus.middleware.discovery import open_transport
from cimbus.middleware.doctor import Doctor, Finding

from . import exits, running
from .options import backend_option, json_option, shared_bus
from .output import line, record, shown, styled, table, waiting

STYLES = {"ok": "green", "warning": "yellow", "error": "red", "unknown": "dim"}


@click.command("doctor")
@click.argument("url", metavar="URL", required=False, envvar="CIMBUS_BUS")
@json_option
@backend_option
def doctor(*, url: str | None, as_json: bool, backend: str) -> int:
    """Say what the broker at URL will do to messages: limits, how long it keeps what, and what to set.

    Connects, and asks the broker for its settings. What it does not tell is "unknown", with where to look. The exit
    status is 1 if something would lose messages.
    """
    where = shared_bus(url)

    async def work() -> int:
        transport = open_transport(where)
        if not isinstance(transport, Doctor):
            raise UnsupportedError(f"{where.partition(':')[0]}: there is no broker whose settings could be examined")
        async with transport:
            with waiting(f"asking {shown(where)} for its settings"):
                found = await transport.examine()
        _show(found, as_json=as_json)
        return exits.FAILED if any(finding.verdict == "error" for finding in found) else exits.OK

    return running.run(work, backend)


def _show(found: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        for finding in found:
            record(msgspec.to_builtins(finding))
        return
    table(("setting", "value", "verdict", "effect"), [(f.setting, f.value, f.verdict, f.effect) for f in found])
    advised = [finding for finding in found if finding.advice]
    if advised:
        line()
    for finding in advised:
        styled((f"{finding.setting}: ", STYLES[finding.verdict]), (finding.advice, ""))
