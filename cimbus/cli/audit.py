"""``cimbus audit``: whether an audit trail is as it was written."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import msgspec

from cimbus.application.audit import AuditTrail, Verification, letter_record, verify
from cimbus.application.dead_letters import DeadLetter

from . import exits
from .options import json_option
from .output import fail, line, record, remark

F = TypeVar("F", bound=Callable[..., Any])

_AUDIT: Final = click.option(
    "--audit",
    type=click.Path(dir_okay=False),
    envvar="CIMBUS_AUDIT",
    show_envvar=True,
    help="Write an audit trail to this file.",
)


def audit_option(function: F) -> F:
    """Give a command ``--audit``."""
    return _AUDIT(function)


def trail_of(path: str | None) -> AuditTrail | None:
    """Return the trail that ``--audit`` means, open.

    Raises:
        CimbusError: it cannot be opened, or is none.
    """
    if path is None:
        return None
    trail = AuditTrail(path)
    trail.open()
    return trail


def write_letter(trail: AuditTrail | None, event: str, letter: DeadLetter, **more: Any) -> None:
    """Write what a person has done with a dead letter, and who it was, by the account."""
    if trail is not None:
        trail.write(letter_record(event, letter, letter.id, user=_user(), **more))
        trail.close()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return ""


@click.group("audit")
def audit() -> None:
    """Audit trails: what was sent, received and settled, in lines that are chained by hash."""


@audit.command("verify")
@click.argument("files", metavar="FILE...", type=click.Path(exists=True, dir_okay=False), nargs=-1, required=True)
@click.option("--hash", "expected", metavar="HASH", default="", help="The hash of a line that must be there.")
@json_option
def verify_command(*, files: tuple[str, ...], expected: str, as_json: bool) -> int:
    """Check that no line of an audit trail was changed, removed or added; name the first one where it was.

    With one FILE, the full ones before it (FILE.1, FILE.2, ...) are read, too; with several, these alone, in order.
    Keep the last hash that this command prints elsewhere, and give it later with --hash: then it is noticed, too, when
    lines were removed from the end. Exits with 1 if the trail is not as it was written.
    """
    found = verify(files, expected.lower())
    missing = bool(expected) and not found.kept
    if as_json:
        record(msgspec.to_builtins(found) | {"valid": not found.problem and not missing})
    else:
        _tell(found)
    if missing and not found.problem and not as_json:
        fail(f"no line has the hash {expected}: lines were removed, or it is another trail")
    return exits.FAILED if found.problem or missing else exits.OK


def _tell(found: Verification) -> None:
    if not found.begins:
        remark(f"{Path(found.files[0]).name} continues a file that was not given: what was before it is not checked")
    if found.torn:
        remark(f"{found.torn} octets behind the last line: a process is writing it, or has died while it did")
    if found.problem:
        place = f"{found.file}, line {found.line}" if found.line else found.file
        fail(f"{place}: {found.problem}")
    line(f"{found.lines} lines are as they were written; the hash of the last is {found.digest}")
