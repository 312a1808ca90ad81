"""``cimbus bridge``: what is published on one bus is published on another."""

from __future__ import annotations

import anyio
import click

from cimbus.bridge import Bridge, Tally

from . import exits, running
from .options import backend_option, json_option, shared_bus
from .output import line, record, remark, shown


@click.command("bridge")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--noun", "nouns", metavar="WORD", multiple=True, help="These nouns only (repeat it for several).")
@click.option("--verb", "verbs", metavar="WORD", multiple=True, help="These verbs only.")
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
    "template",
    metavar="TEMPLATE",
    help="What topics are called at TO: context/kind/noun/verb/key with placeholders, as in test/{kind}/{noun}/{verb}, "
    "or a destination, as in queue:OUTAGE.{noun}.",
)
@click.option(
    "--name", default="bridge", show_default=True, help="The subscription at FROM is kept as bridge.NAME; one a bridge."
)
@click.option("--inbox", metavar="FILE", help="Remember in FILE what was sent, so that nothing is sent twice.")
@click.option("--durable/--no-durable", default=None, help="Keep what comes while the bridge is away; where FROM can.")
@click.option("--from-name", default="", metavar="NAME", help="What FROM is called in loop detection, at every bridge.")
@click.option("--to-name", default="", metavar="NAME", help="What TO is called there.")
@click.option("--count", type=click.IntRange(1), metavar="N", help="Stop after N messages.")
@click.option(
    "--every", type=click.FloatRange(0, min_open=True), default=5.0, show_default=True, metavar="S", help="Progress."
)
@json_option
@backend_option
def bridge_command(
    *,
    source: str,
    target: str,
    nouns: tuple[str, ...],
    verbs: tuple[str, ...],
    contexts: tuple[str, ...],
    kinds: tuple[str, ...],
    template: str | None,
    name: str,
    inbox: str | None,
    durable: bool | None,
    from_name: str,
    to_name: str,
    count: int | None,
    every: float,
    as_json: bool,
    backend: str,
) -> int:
    """Carry messages FROM one bus TO another, both URLs, until SIGTERM or Ctrl-C.

    At least once, in the order of each key; what TO refuses goes to the dead letters. Requests are carried with a
    reply address of the bridge's, and their replies come back. For both directions run two: what came over one does
    not go back over the other. Says "bridging ..." on stderr once it does, and its rates every so often.
    """
    try:
        bridge = Bridge(
            shared_bus(source),
            shared_bus(target),
            nouns=nouns,
            verbs=verbs,
            contexts=[context.lower() for context in contexts],
            kinds=kinds,
            map=template,
            name=name,
            inbox=inbox,
            durable=durable,
            source_name=from_name,
            target_name=to_name,
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None

    async def work() -> int:
        async with anyio.create_task_group() as tasks:
            await tasks.start(bridge.run)
            remark(f"bridging {shown(source)} to {shown(target)}", "green")
            await _watch(bridge.tally, every, count, as_json=as_json)
            tasks.cancel_scope.cancel()
        return exits.OK

    try:
        return running.run(work, backend, endless=count is None)
    finally:
        _report(bridge.tally, bridge.tally.sent / bridge.tally.seconds, as_json=as_json)


async def _watch(tally: Tally, every: float, count: int | None, *, as_json: bool) -> None:
    """Report when there is news, until so many messages have been sent."""
    reported, then = tally.counts(), tally.seconds
    pause = min(every, 0.1) if count else every
    while count is None or tally.sent < count:
        await anyio.sleep(pause)
        now, counts = tally.seconds, tally.counts()
        if now - then >= every and counts != reported:
            _report(tally, (counts["sent"] - reported["sent"]) / (now - then), as_json=as_json)
            reported, then = counts, now


def _report(tally: Tally, rate: float, *, as_json: bool) -> None:
    if as_json:
        record({**tally.counts(), "seconds": round(tally.seconds, 3), "rate": round(rate, 1)})
    else:
        line(f"{tally} at {rate:,.0f}/s")
