"""``cimbus rdf``: what network models say of themselves, and what is in them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import cast

import click
import msgspec

from cimbus.codecs.rdf import Change, ModelHeader, read_model
from cimbus.errors import DecodeError

from . import exits
from .options import json_option
from .output import fail, line, record, table


@click.command("rdf")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def rdf_command(*, files: tuple[Path, ...], as_json: bool) -> int:
    """Show the header of network models (CIM RDF/XML), and how many objects of each class they have.

    Full and difference models are read piece by piece, gzip or not, whatever their size. A file that cannot be read is
    reported on stderr; the others are shown, and the exit code is 1.
    """
    failed = False
    for path in files:
        counts: Counter[tuple[Change, str]] = Counter()
        try:
            with read_model(path) as model:
                header = model.header
                for each in model:
                    counts[each.change, each.cls] += 1
        except (OSError, DecodeError) as error:
            fail(f"{path}: {error.strerror or error}" if isinstance(error, OSError) else f"{path}: {error}")
            failed = True
            continue
        if as_json:
            record(_json(path, header, counts))
        else:
            _show(path, header, counts)
    return exits.FAILED if failed else exits.OK


def _facts(header: ModelHeader) -> dict[str, object]:
    made: dict[str, object] = msgspec.to_builtins(header)
    del made["properties"]
    return made


def _json(path: Path, header: ModelHeader, counts: Counter[tuple[Change, str]]) -> dict[str, object]:
    rows = [{"change": str(change), "class": cls, "count": number} for (change, cls), number in sorted(counts.items())]
    return {"file": str(path), "header": _facts(header), "objects": counts.total(), "classes": rows}


def _show(path: Path, header: ModelHeader, counts: Counter[tuple[Change, str]]) -> None:
    line(f"{path}: {header.kind or 'no header'}, {counts.total()} objects")
    rows: list[tuple[str, object]] = []
    for name, value in _facts(header).items():
        values = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (value,)
        rows += [(name, each) for each in values if each and name != "kind"]
    table(("header", "value"), rows)
    shown = [(str(change), cls, number) for (change, cls), number in sorted(counts.items())]
    table(("part", "class", "objects"), shown)
