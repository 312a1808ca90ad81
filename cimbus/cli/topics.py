"""``cimbus topics``: where the messages of a noun go, per kind of broker, or on one bus."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import click

from cimbus.interface.envelope import Verb
from cimbus.interface.model import all_nouns
from cimbus.interface.topic import DEFAULT_CONTEXT, Topic, kind_of_verb
from cimbus.middleware.discovery import installed_namings, open_transport

from . import exits
from .completing import complete_noun, complete_verb
from .options import context_option, json_option
from .output import record, remark, table


@click.command("topics")
@click.argument("nouns", metavar="[NOUN]...", nargs=-1, shell_complete=complete_noun)
@click.option(
    "--verb",
    "verbs",
    multiple=True,
    metavar="WORD",
    shell_complete=complete_verb,
    help="One verb only (may be repeated).",
)
@click.option("--key", default="", metavar="TEXT", help="Show the topics of this object.")
@click.option("--bus", "url", default=None, metavar="URL", help="Show how topics are written on this bus only.")
@context_option
@json_option
def topics(
    *,
    nouns: tuple[str, ...],
    verbs: tuple[str, ...],
    key: str,
    url: str | None,
    context: str | None,
    as_json: bool,
) -> int:
    """Show the topic of each noun and verb, on each kind of broker whose transport is installed.

    No connection is made. On MQTT the object's key is a further level; on Kafka it is the record's key; on JMS a
    property. A query (GetMeterReadings) has the topic of its request. With --bus, the URL's template and dialect are
    taken into account.
    """
    import_module("cimbus.nouns")  # registers them
    namings = installed_namings() if url is None else {url.partition(":")[0]: open_transport(url).naming}
    known = {entry.header for entry in all_nouns()}
    queries = {entry.name: entry.header for entry in all_nouns() if entry.query}
    rows: list[Sequence[str]] = []
    for given in nouns or sorted(known):
        noun = queries.get(given, given)
        if noun != given:
            remark(f"{given} is the payload of requests: get {noun}")
        elif noun not in known:
            remark(f"{noun} is not registered: its messages travel, their payload is not typed", "yellow")
        for verb in verbs or ((Verb.get,) if noun != given else tuple(Verb)):
            topic = Topic((context or DEFAULT_CONTEXT).lower(), kind_of_verb(verb), noun, verb, key)
            rows += [(noun, verb, broker, naming.address(topic)) for broker, naming in namings.items()]
    columns = ("noun", "verb", "broker", "address")
    if as_json:
        for row in rows:
            record(dict(zip(columns, row, strict=True)) | {"typed": row[0] in known})
    else:
        table(columns, rows)
    return exits.OK
