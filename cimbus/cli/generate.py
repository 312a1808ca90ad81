"""``cimbus generate``: noun classes out of XML schemas."""

from __future__ import annotations

from pathlib import Path

import click

from cimbus.interface.xsd import describe, python_source

from . import exits
from .output import line, remark


@click.command("generate")
@click.argument("schemas", metavar="PROFILE.xsd...", nargs=-1, required=True, type=click.Path())
@click.option(
    "-o",
    "--output",
    "output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The module to write; - or none: stdout.",
)
@click.option("--title", default="", metavar="TEXT", help="The first line of the module's docstring.")
def generate(*, schemas: tuple[str, ...], output: Path | None, title: str) -> int:
    """Write noun classes for schemas: typed, registered, in the style of this library's own.

    Types that several schemas share become one class. What they import and include is read from the disk, nothing from
    a network. What the schemas demand and the classes do not check is listed on stderr; what classes cannot express is
    an error with file and line.
    """
    description = describe(*schemas)
    source = python_source(description, title=title)
    for warning in description.warnings:
        remark(warning, "yellow")
    if output is None or str(output) == "-":
        click.echo(source, nl=False)
        return exits.OK
    _ = output.write_text(source, encoding="utf-8")
    line(f"{output}: {', '.join(noun.name for noun in description.nouns)}")
    return exits.OK
