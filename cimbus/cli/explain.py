"""``cimbus explain``: codes in words."""

from __future__ import annotations

import click

from cimbus.codes import CodeKind, Explanation, explain

from . import exits
from .options import json_option
from .output import fail, line, record, remark, table


@click.command("explain")
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(list(CodeKind)), help="The code list; by default by the form of the code.")
@json_option
def explain_command(*, codes: tuple[str, ...], kind: CodeKind | None, as_json: bool) -> int:
    """Say in words what codes mean: reading types, events, controls, reading qualities, errors of replies.

    The list is found by the form of a code: 18 integers are a reading type, 4 an event (or a control, with --kind), 3 a
    quality, 2 an error of a reply. Numbers that no list of cimbus has are named on stderr.
    """
    failed = False
    for code in codes:
        try:
            found = explain(code, kind)
        except ValueError as error:
            fail(error)
            failed = True
            continue
        if as_json:
            record(_json(found))
        else:
            _show(found)
    return exits.FAILED if failed else exits.OK


def _show(found: Explanation) -> None:
    line(f"{found.code}: {found.description} ({found.kind})")
    table(
        ("part", "number", "meaning"),
        [(part.name, part.number, part.meaning) for part in found.parts if part.number or part.meaning],
    )
    if found.unknown:
        remark(f"{found.code}: in no list of cimbus: {', '.join(found.unknown)}", "yellow")


def _json(found: Explanation) -> dict[str, object]:
    parts = {part.name: {"number": part.number, "meaning": part.meaning} for part in found.parts}
    return {
        "code": found.code,
        "kind": found.kind,
        "description": found.description,
        "unit": found.unit,
        "parts": parts,
        "unknown": list(found.unknown),
    }
