"""``cimbus topics``: where the messages of a noun go, per family of middleware."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import click

from cimbus.envelope import Verb
from cimbus.model import all_nouns
from cimbus.naming import JMS_NAMING, KAFKA_NAMING, MQTT_NAMING, kind_of_verb
from cimbus.topic import DEFAULT_CONTEXT, Topic

from . import exits
from .options import context_option, json_option
from .output import record, remark, table


@click.command("topics")
@click.argument("nouns", metavar="[NOUN]...", nargs=-1)
@click.option("--verb", "verbs", multiple=True, metavar="WORD", help="One verb only (may be repeated).")
@click.option("--key", default="", metavar="TEXT", help="Show the topics of this object.")
@context_option
@json_option
def topics(
    *,
    nouns: tuple[str, ...],
    verbs: tuple[str, ...],
    key: str,
    context: str | None,
    as_json: bool,
) -> int:
    """Show the topic of each noun and verb on MQTT, Kafka and JMS; needs no bus.

    On MQTT the object's key is a further level; on Kafka it is the record's key; on JMS a property.
    """
    import_module("cimbus.nouns")  # registers them
    known = {entry.header for entry in all_nouns()}
    rows: list[Sequence[str]] = []
    for noun in nouns or sorted(known):
        if noun not in known:
            remark(f"{noun} is not registered: its messages travel, their payload is not typed", "yellow")
        for verb in verbs or tuple(Verb):
            topic = Topic((context or DEFAULT_CONTEXT).lower(), kind_of_verb(verb), noun, verb, key)
            rows.append((noun, verb, *(n.address(topic) for n in (MQTT_NAMING, KAFKA_NAMING, JMS_NAMING))))
    columns = ("noun", "verb", "mqtt", "kafka", "jms")
    if as_json:
        for row in rows:
            record(dict(zip(columns, row, strict=True)) | {"typed": row[0] in known})
    else:
        table(columns, rows)
    return exits.OK
