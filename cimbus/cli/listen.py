"""``cimbus listen``: the messages on a bus, as they arrive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import anyio
import click
import msgspec

from cimbus.application.bus import Bus
from cimbus.application.message_reader import MessageReader
from cimbus.application.patterns import pattern_of
from cimbus.errors import DecodeError, EncodeError
from cimbus.interface.codecs import encode
from cimbus.interface.message import Message
from cimbus.interface.topic import Topic
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer, SubscriptionSpec

from . import exits, running
from .completing import complete_noun, complete_verb
from .describe import as_record, kind_of_payload, summary
from .options import common, shared_bus
from .output import document, fail, record, remark, shown, styled
from .reading import format_of


class ListenOptions(msgspec.Struct, frozen=True):
    """How many messages, for how long, and how they are shown."""

    count: int | None
    timeout: float | None
    full: bool
    as_json: bool


@click.command("listen")
@click.option("--noun", metavar="WORD", shell_complete=complete_noun, help="One noun only.")
@click.option("--verb", metavar="WORD", shell_complete=complete_verb, help="One verb only.")
@click.option("--key", metavar="TEXT", help="One object only.")
@click.option(
    "--kind",
    type=click.Choice(["events", "requests", "replies", "all"]),
    default="all",
    show_default=True,
    help="Kind of messages.",
)
@click.option(
    "--group", default="", metavar="NAME", help="Share the messages with others of this group that receive the same."
)
@click.option("--durable", is_flag=True, help="Keep for the group what is sent while no member listens.")
@click.option("--count", type=click.IntRange(1), metavar="N", help="Stop after N messages.")
@click.option(
    "--timeout", type=click.FloatRange(0), metavar="S", help="Stop after S seconds; too few messages is a failure."
)
@click.option("--full", is_flag=True, help="Show the whole message, not a summary.")
@common
def listen(
    *,
    bus: str | None,
    context: str | None,
    as_json: bool,
    backend: str,
    noun: str | None,
    verb: str | None,
    key: str | None,
    kind: str,
    group: str,
    durable: bool,
    count: int | None,
    timeout: float | None,
    full: bool,
) -> int:
    """Show messages as they arrive, of all contexts if --context is not given.

    Says "listening ..." on stderr once it is subscribed. What cannot be read becomes a dead letter, and is
    reported there too.
    """
    url = shared_bus(bus)
    if durable and not group:
        raise click.UsageError("--durable needs --group NAME: the name under which messages are kept")
    options = ListenOptions(count, timeout, full, as_json)

    async def work() -> int:
        async with Bus(url) as opened:
            wanted = None if kind == "all" else kind
            pattern = pattern_of(noun, verb=verb, kind=wanted, key=key, context=context or "*")
            spec = SubscriptionSpec(patterns=(pattern,), group=group, durable=durable)
            async with opened.transport.listen(spec) as inbox:
                remark(f"listening to {pattern} on {shown(url)}", "green")
                return await _listen(inbox, opened.reader(group or "cimbus listen"), options)

    return running.run(work, backend, endless=count is None)


async def _listen(inbox: Consumer, reader: MessageReader, options: ListenOptions) -> int:
    seen = 0
    with anyio.move_on_after(options.timeout):
        while True:
            for delivery in await inbox.receive():
                if await _show(delivery, reader, options):
                    seen += 1
                if seen == options.count:
                    return exits.OK
    if options.count is None:
        return exits.OK
    fail(f"{seen} of {options.count} messages in {options.timeout:g} s")
    return exits.FAILED


async def _show(delivery: Delivery[Frame], reader: MessageReader, options: ListenOptions) -> bool:
    """Show a message and settle it; return False if it cannot be read, or has expired."""
    if reader.expire(delivery):
        return False
    message = await reader.read(delivery)
    if message is None:
        return False
    topic = delivery.value.topic
    try:
        if options.as_json:
            record(as_record(message, topic))
        else:
            _line(message, topic)
            if options.full:
                _full(message, delivery.value.body)
    except DecodeError as error:  # the payload, which is opened only now
        await reader.dead_letter(delivery, f"{type(error).__name__}: {error}")
        return False
    delivery.accept()
    return True


def _line(message: Message[Any], topic: Topic) -> None:
    header, what = message.header, kind_of_payload(message)
    style = {"typed": "green", "unknown noun": "yellow"}.get(what, "dim")
    correlation = f" re {header.correlation_id}" if header.correlation_id else ""
    notes = f" [{len(message.notes)} forgiven]" if message.notes else ""
    styled(
        (datetime.now().astimezone().strftime("%H:%M:%S.%f")[:-3], "dim"),
        (f" {topic}", "bold cyan"),
        (f" [{what}]", style),
        (f" id {header.message_id or '-'}{correlation}", "dim"),
        (f" {summary(message)}", ""),
        (notes, "yellow"),
    )


def _full(message: Message[Any], body: bytes) -> None:
    try:
        document(encode(message), "xml")
    except EncodeError:  # read with forgiveness, and not to be written
        document(body, format_of(body))
    for note in message.notes:
        remark(note, "yellow")
