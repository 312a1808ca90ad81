"""``cimbus asyncapi``: an AsyncAPI document of components, or of all nouns, and a page of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

import click
import orjson

from cimbus.asyncapi import describe, describe_catalog, html_page
from cimbus.errors import MissingExtraError

from . import exits
from .options import buses_option, context_option
from .output import document, remark, shown
from .run import load

Json = dict[str, Any]
SUFFIXES: Final = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}


@click.command("asyncapi")
@click.argument("names", metavar="[MODULE:COMPONENT]...", nargs=-1)
@click.option("--catalog", is_flag=True, help="Describe all nouns instead of components.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write a .yaml or .json file.")
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="FILE", help="Write a page of HTML, too.")
@click.option("--publishes", multiple=True, metavar="NOUN[.VERB]", help="Events that it publishes (may be repeated).")
@click.option("--requests", multiple=True, metavar="NOUN[.VERB]", help="What it requests of others (may be repeated).")
@click.option(
    "--format", "form", type=click.Choice(["xml", "json"]), default="xml", show_default=True, help="Of bodies."
)
@click.option("--title", default="", metavar="TEXT", help="The title; by default the names of the components.")
@click.option(
    "--api-version", default="1.0.0", show_default=True, metavar="TEXT", help="The version of the application."
)
@buses_option
@context_option
def asyncapi(
    *,
    names: tuple[str, ...],
    catalog: bool,
    output: Path | None,
    page: Path | None,
    publishes: Sequence[str],
    requests: Sequence[str],
    form: Literal["xml", "json"],
    title: str,
    api_version: str,
    bus: tuple[str, ...],
    context: str | None,
) -> int:
    """Write an AsyncAPI 3.1 document of components: channels, operations, messages and their schemas.

    What handlers receive, reply and return is known; what they publish through the context has to be said. Of several
    buses, write --publishes NAME=NOUN. No connection is made. Without -o, JSON is written on stdout. YAML needs
    pip install 'cimbus[asyncapi]'.
    """
    if catalog == bool(names):
        raise click.UsageError("give components as MODULE:COMPONENT..., or --catalog for all nouns")
    if catalog and (publishes or requests):
        raise click.UsageError("--publishes and --requests belong to components; --catalog has all nouns")
    write = _writer_for(output)
    common: Json = {"buses": _buses(bus), "context": context, "format": form, "title": title, "version": api_version}
    if catalog:
        made = describe_catalog(**common)
    else:
        components = [load(name) for name in names]
        made = describe(*components, publishes=publishes, requests=requests, **common)
    if page is not None:
        page.write_text(html_page(made), encoding="utf-8")
    if output is not None:
        output.write_bytes(write(made))
    elif page is None:
        document(write(made), "json")
    for file in filter(None, (output, page)):
        remark(f"{file}: {len(made['channels'])} channels, {len(made['operations'])} operations")
    return exits.OK


def _writer_for(output: Path | None) -> Callable[[Json], bytes]:
    """Return the function that writes what the name of a file says.

    Raises:
        click.UsageError: it says neither YAML nor JSON.
        MissingExtraError: it says YAML, and PyYAML is not installed.
    """
    form = "json" if output is None else SUFFIXES.get(output.suffix)
    if form is None:
        raise click.UsageError(f"{output}: the name of the file ends with {', '.join(SUFFIXES)}")
    if form == "yaml" and find_spec("yaml") is None:
        raise MissingExtraError("YAML needs PyYAML; install it with: pip install 'cimbus[asyncapi]'")
    return _yaml if form == "yaml" else _json


def _json(made: Json) -> bytes:
    return orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _always(*_: object) -> bool:
    return True


def _yaml(made: Json) -> bytes:
    """Write YAML without aliases: readers of AsyncAPI know references, and not all know aliases."""
    import yaml

    dumper: Any = type("WithoutAliases", (yaml.SafeDumper,), {"ignore_aliases": _always})
    text: str = yaml.dump(made, None, dumper, sort_keys=False, allow_unicode=True, width=120)  # pyright: ignore[reportUnknownMemberType]
    return text.encode()


def _buses(given: tuple[str, ...]) -> dict[str, str] | str | None:
    """Return the URL of the only bus, several by name as in ``cimbus run``, or None.

    Raises:
        click.UsageError: one of several has no name, or two have the same.
    """
    urls: dict[str, str] = {}
    for each in given:
        named = re.fullmatch(r"(\w[\w-]*)=(.+)", each)
        if named is None and len(given) == 1:
            return each
        if named is None:
            raise click.UsageError(f"one of several buses needs a name: --bus NAME={shown(each)}")
        if named[1] in urls:
            raise click.UsageError(f"two buses are named {named[1]!r}")
        urls[named[1]] = named[2]
    return urls or None
