"""``cimbus acl``: the rules with which a broker lets a component do its work, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final
from xml.sax.saxutils import quoteattr

import click
import msgspec

from cimbus.application.component import Component
from cimbus.application.patterns import pattern_of
from cimbus.interface.topic import Kind, Pattern
from cimbus.middleware.discovery import installed_namings
from cimbus.middleware.naming import Naming
from cimbus.nouns.reporting import ComponentReports, GetComponentReports

from . import exits
from .completing import complete_component
from .output import raw
from .run import load

NAMINGS: Final = {"mosquitto": "MQTT", "kafka": "Kafka", "artemis": "ActiveMQ Artemis"}
"""Broker -> how its transport calls itself in ``cimbus topics``."""


class Rights(msgspec.Struct, frozen=True):
    """What a user of a broker may do.

    Attributes:
        user: its name at the broker: for Kafka that of the principal, for Artemis that of the role.
        groups: the prefix of the groups that it is a member of.
        reads: topics that it subscribes to.
        writes: topics that it publishes to.
    """

    user: str
    groups: str
    reads: tuple[Pattern, ...]
    writes: tuple[Pattern, ...]


def rights_of(
    component: Component, user: str, context: str | None, publishes: Iterable[str], requests: Iterable[str]
) -> Rights:
    """Return what a component needs: for its handlers, replies and reports, and what the caller says it publishes."""
    reads: list[Pattern] = []
    writes: list[Pattern] = []
    for spec in component.handlers:
        where = spec.context or context
        pattern = pattern_of(spec.noun, verb=spec.verb, kind=spec.kind, key=spec.key, context=where)
        reads.append(pattern)
        if spec.kind is Kind.requests:
            writes.append(Pattern(pattern.context, Kind.replies, pattern.noun, "reply"))
    if component.report_every is not None:
        reads.append(pattern_of(GetComponentReports, verb="get", kind=Kind.requests, context=context))
        writes.append(pattern_of(ComponentReports, verb="created", kind=Kind.events, context=context))
        writes.append(pattern_of(ComponentReports, verb="reply", kind=Kind.replies, context=context))
    for word in publishes:
        noun, _, verb = word.partition(".")
        writes.append(pattern_of(noun, verb=verb or None, kind=Kind.events, context=context))
    for noun in requests:
        writes.append(pattern_of(noun, kind=Kind.requests, context=context))
        reads.append(Pattern(writes[-1].context, Kind.replies, noun, "reply"))
    return Rights(user, component.name, tuple(dict.fromkeys(reads)), tuple(dict.fromkeys(writes)))


def mosquitto(rights: Rights, naming: Naming) -> str:
    """Return lines for Mosquitto's ``acl_file`` (mosquitto.conf(5)): a subscription is checked without its $share."""
    lines = [f"user {rights.user}"]
    lines += [f"topic read {naming.filter(pattern)}" for pattern in rights.reads]
    lines += [f"topic write {naming.filter(pattern)}" for pattern in rights.writes]
    return "\n".join(lines) + "\n"


def kafka(rights: Rights, naming: Naming) -> str:
    """Return commands of Kafka's ``kafka-acls.sh``, where topics have no wildcards: each pattern must name its noun."""
    head = f"kafka-acls.sh --bootstrap-server $BROKER --add --allow-principal User:{rights.user}"
    lines: list[str] = []
    for patterns, operations in ((rights.reads, ("Read", "Describe")), (rights.writes, ("Write", "Describe"))):
        for pattern in patterns:
            try:
                topic = naming.filter(pattern)
            except ValueError as error:
                raise click.UsageError(f"Kafka's rules cannot leave a level open: {error}") from None
            lines.append(f"{head} {' '.join(f'--operation {each}' for each in operations)} --topic {topic}")
    lines.append(f"{head} --operation Read --group cimbus-{rights.groups}. --resource-pattern-type prefixed")
    return "\n".join(dict.fromkeys(lines)) + "\n"


def artemis(rights: Rights, naming: Naming) -> str:
    """Return ``security-setting`` elements for Artemis' broker.xml; to subscribe is also to create a queue."""
    reading = ("consume", "browse", "createNonDurableQueue", "deleteNonDurableQueue", "createDurableQueue")
    elements: list[str] = []
    # a requester subscribes to all replies of its environment
    reads = dict.fromkeys(Pattern(one.context, one.kind) if one.kind == Kind.replies else one for one in rights.reads)
    for patterns, permissions in ((reads, reading), (rights.writes, ("send", "createAddress"))):
        for pattern in patterns:
            lines = [f"<security-setting match={quoteattr(naming.filter(pattern))}>"]
            lines += [f"  <permission type={quoteattr(each)} roles={quoteattr(rights.user)}/>" for each in permissions]
            elements.append("\n".join([*lines, "</security-setting>"]))
    return "\n".join(elements) + "\n"


RULES: Final[dict[str, Callable[[Rights, Naming], str]]] = {"mosquitto": mosquitto, "kafka": kafka, "artemis": artemis}


@click.command("acl")
@click.argument("name", metavar="MODULE:COMPONENT", shell_complete=complete_component)
@click.option("--for", "broker", type=click.Choice(list(RULES)), required=True, help="The broker whose rules to write.")
@click.option("--user", metavar="NAME", help="Its user at the broker; by default the component's name.")
@click.option("--context", metavar="WORD", help="Header.Context; by default production.")
@click.option("--publishes", multiple=True, metavar="NOUN[.VERB]", help="Events that it publishes (may be repeated).")
@click.option("--requests", multiple=True, metavar="NOUN", help="What it requests of others (may be repeated).")
def acl(
    *,
    name: str,
    broker: str,
    user: str | None,
    context: str | None,
    publishes: Sequence[str],
    requests: Sequence[str],
) -> int:
    """Write the rules with which a broker lets a component do its work, and nothing else.

    What its handlers receive and reply is known, and its reports; what it publishes and requests has to be said.
    """
    component = load(name)
    namings = installed_namings()
    if NAMINGS[broker] not in namings:
        raise click.UsageError(f"the transport for {broker} is not installed: pip install 'cimbus[all]'")
    rights = rights_of(component, user or component.name, context, publishes, requests)
    raw(RULES[broker](rights, namings[NAMINGS[broker]]).encode(), end=b"\n")
    return exits.OK
