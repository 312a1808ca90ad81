"""``cimbus schema`` and ``cimbus sample``: what comes out of a noun's declaration."""

from __future__ import annotations

from typing import Literal

import click
import orjson

from cimbus.errors import UsageError
from cimbus.interface.codecs import encode, encode_noun
from cimbus.interface.message import Message
from cimbus.interface.model import Noun, all_nouns, find_named
from cimbus.interface.schemas import json_schema, markdown_page, xml_schema
from cimbus.testing.sampling import sample

from . import exits
from .completing import complete_noun
from .output import document

FORMS = ("xsd", "json-schema", "markdown")


@click.command("schema")
@click.argument("noun", shell_complete=complete_noun)
@click.option("--to", "form", type=click.Choice(FORMS), default="xsd", show_default=True, help="What to write.")
@click.option("--namespace", default="", metavar="URI", help="Which one, where a noun has several.")
def schema(*, noun: str, form: str, namespace: str) -> int:
    """Write the XML Schema, the JSON Schema or a page of documentation of NOUN.

    They are made of the declaration that reading and writing use. A JSON Schema describes the bare noun.
    """
    entry = named(noun, namespace)
    if form == "json-schema":
        document(orjson.dumps(json_schema(entry), option=orjson.OPT_INDENT_2), "json")
    elif form == "xsd":
        document(xml_schema(entry).encode(), "xml")
    else:
        click.echo(markdown_page(entry), nl=False)
    return exits.OK


@click.command("sample")
@click.argument("noun", shell_complete=complete_noun)
@click.option("--to", "form", type=click.Choice(["xml", "json"]), default="xml", show_default=True, help="The format.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another number makes other samples.")
@click.option("--count", type=click.IntRange(1), default=1, show_default=True, help="How many.")
@click.option("--sparse", is_flag=True, help="Optional children by chance; without it, all are there.")
@click.option("--message", "in_message", is_flag=True, help="Put each into a message.")
@click.option("--namespace", default="", metavar="URI", help="Which one, where a noun has several.")
def sample_command(
    *,
    noun: str,
    form: Literal["xml", "json"],
    seed: int,
    count: int,
    sparse: bool,
    in_message: bool,
    namespace: str,
) -> int:
    """Write valid samples of NOUN: the same for the same seed, and with --message but for its time and identifier."""
    entry = named(noun, namespace)
    for number in range(seed, seed + count):
        made = sample(entry.cls, seed=number, full=not sparse)
        document(encode(Message.of(made), form) if in_message else encode_noun(made, form), form)
    return exits.OK


def named(noun: str, namespace: str) -> Noun:
    """Return a registered noun.

    Raises:
        UsageError: there is none, or none in this namespace; the message lists what there is.
    """
    found = [entry for entry in find_named(noun) if namespace in ("", entry.namespace)]
    if found:
        return found[0]
    known = sorted({entry.name for entry in all_nouns()})
    near = [name for name in known if name.lower() == noun.lower()] or known
    raise UsageError(f"{noun} is not registered{f' in {namespace}' if namespace else ''}; there is {', '.join(near)}")
