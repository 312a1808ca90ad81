"""``cimbus bridge``: what is published on one bus is published on another."""

from __future__ import annotations

from typing import TypedDict, Unpack

import anyio
import click

from cimbus.application.logs.setup import LogFormat
from cimbus.bridge import Bridge, BridgeCounters

from . import exits, running
from .completing import complete_noun, complete_verb
from .logs import log_options, logged
from .options import backend_option, json_option, shared_bus
from .output import line, record, remark, shown


@click.command("bridge")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option(
    "--noun",
    "nouns",
    metavar="WORD",
    shell_complete=complete_noun,
    multiple=True,
    help="These nouns only (repeat it for several).",
)
@click.option("--verb", "verbs", metavar="WORD", shell_complete=complete_verb, multiple=True, help="These verbs only.")
@click.option("--context", "contexts", metavar="WORD", multiple=True, help="These contexts only.")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(["events", "requests", "replies"]),
    multiple=True,
    default=["events", "requests"],
    show_default=True,
    help="What. The replies to requests that went over come back by themselves.",
)
@click.option(
    "--map",
    metavar="TEMPLATE",
    help="What topics are called at TO: context/kind/noun/verb/key with placeholders, as in test/{kind}/{noun}/{verb}, "
    "or a destination, as in queue:OUTAGE.{noun}.",
)
@click.option(
    "--name", default="bridge", show_default=True, help="The subscription at FROM is kept as bridge.NAME; one a bridge."
)
@click.option("--inbox", metavar="FILE", help="Remember in FILE what was sent, so that nothing is sent twice.")
@click.option(
    "--routes",
    metavar="FILE",
    help="Keep in FILE where replies go, so that requests under way survive a restart; by default the inbox's.",
)
@click.option(
    "--outbox", metavar="FILE", type=click.Path(dir_okay=False), help="Keep in FILE what is forwarded while TO is away."
)
@click.option("--durable/--no-durable", default=None, help="Keep what comes while the bridge is away; where FROM can.")
@click.option(
    "--from-name",
    default="",
    metavar="NAME",
    help="What FROM is called in loop detection, at every bridge.",
)
@click.option("--to-name", default="", metavar="NAME", help="What TO is called there.")
@click.option(
    "--create-topics",
    is_flag=True,
    help="Create topics that are missing at TO for every noun and context, not only for those that are named.",
)
@click.option("--count", type=click.IntRange(1), metavar="N", help="Stop after N messages.")
@click.option(
    "--every", type=click.FloatRange(0, min_open=True), default=5.0, show_default=True, metavar="S", help="Progress."
)
@log_options
@json_option
@backend_option
def bridge_command(
    *,
    source: str,
    target: str,
    from_name: str,
    to_name: str,
    count: int | None,
    every: float,
    as_json: bool,
    backend: str,
    log_format: LogFormat | None,
    log_level: str | None,
    **options: Unpack[BridgeOptions],
) -> int:
    """Carry messages FROM one bus TO another, both URLs, until SIGTERM or Ctrl-C.

    At least once, in the order of each key; what TO refuses goes to the dead letters. Requests are carried with a
    reply address of the bridge's, and their replies come back. For both directions run two: what came over one does
    not go back over the other. Says "bridging ..." on stderr once it does, and its rates every so often.
    """
    bridge = _bridge(source, target, source_name=from_name, target_name=to_name, **options)

    async def work() -> int:
        async with anyio.create_task_group() as tasks:
            await tasks.start(bridge.run)
            remark(f"bridging {shown(source)} to {shown(target)}", "green")
            await _watch(bridge.counters, every, count, as_json=as_json)
            tasks.cancel_scope.cancel()
        return exits.OK

    with logged(log_format, log_level):
        try:
            return running.run(work, backend, endless=count is None)
        finally:
            _report(bridge.counters, bridge.counters.sent / bridge.counters.seconds, as_json=as_json)


class BridgeOptions(TypedDict):
    """Options of the command that are the bridge's."""

    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    contexts: tuple[str, ...]
    kinds: tuple[str, ...]
    map: str | None
    name: str
    inbox: str | None
    outbox: str | None
    routes: str | None
    durable: bool | None
    create_topics: bool


def _bridge(
    source: str, target: str, *, source_name: str, target_name: str, **options: Unpack[BridgeOptions]
) -> Bridge:
    """Return the bridge.

    Raises:
        click.UsageError: there is none with such options.
    """
    options["contexts"] = tuple(context.lower() for context in options["contexts"])
    try:
        return Bridge(
            shared_bus(source), shared_bus(target), source_name=source_name, target_name=target_name, **options
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None


async def _watch(counters: BridgeCounters, every: float, count: int | None, *, as_json: bool) -> None:
    """Report when there is news, until so many messages have been sent."""
    reported, then = counters.counts(), counters.seconds
    pause = min(every, 0.1) if count else every
    while count is None or counters.sent < count:
        await anyio.sleep(pause)
        now, counts = counters.seconds, counters.counts()
        if now - then >= every and counts != reported:
            _report(counters, (counts["sent"] - reported["sent"]) / (now - then), as_json=as_json)
            reported, then = counts, now


def _report(counters: BridgeCounters, rate: float, *, as_json: bool) -> None:
    if as_json:
        record({**counters.counts(), "seconds": round(counters.seconds, 3), "rate": round(rate, 1)})
    else:
        line(f"{counters} at {rate:,.0f}/s")
