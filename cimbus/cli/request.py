"""``cimbus request``: ask, and show the answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import click

from cimbus.application.bus import Bus
from cimbus.errors import EncodeError, ReplyError
from cimbus.interface.codecs import encode
from cimbus.interface.codecs.api import Format
from cimbus.interface.message import Message
from cimbus.interface.topic import Kind
from cimbus.nouns import GetMeterReadings, IdentifiedObject

from . import exits, running
from .describe import as_record, summary
from .options import common, shared_bus
from .output import document, fail, interactive, line, record, remark, waiting
from .reading import read_bytes, read_message

Show = Callable[[Message[Any]], None]


@click.command("request")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path())
@click.option("--id", "ids", multiple=True, metavar="MRID", help="Instead of FILE: ask for this meter's readings.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=30.0, show_default=True, metavar="S")
@click.option("--all", "all_", is_flag=True, help="Wait for a reply in parts, to the last.")
@click.option(
    "--to", type=click.Choice(["xml", "json"]), default="xml", show_default=True, help="How the reply is shown."
)
@common
def request(
    *,
    file: str | None,
    bus: str | None,
    context: str | None,
    as_json: bool,
    backend: str,
    ids: tuple[str, ...],
    timeout: float,
    all_: bool,
    to: str,
) -> int:
    """Send a request from a file (- is stdin) and show its reply.

    The reply comes to this command: a ReplyAddress in the file is replaced. A reply that says FAILED, or none in time,
    is exit code 1.
    """
    url = shared_bus(bus)
    message = _asking(file, ids)
    if context is not None:
        message = message.replace(context=context)

    def show(reply: Message[Any]) -> None:
        _show(reply, cast("Format", to), as_json=as_json)

    return running.run(partial(_ask, url, message, timeout, show, parts=all_), backend)


async def _ask(url: str, message: Message[Any], timeout: float, show: Show, *, parts: bool) -> int:
    """Send the request and show what comes back; return the exit code."""
    async with Bus(url) as bus:
        with waiting(f"{message.header.verb} {message.header.noun}: waiting for the reply") as sign:
            try:
                if parts:
                    async with bus.replies(message, timeout=timeout) as replies:
                        async for reply in replies:
                            sign.stop()
                            show(reply)
                else:
                    reply = await bus.request(message, timeout=timeout)
                    sign.stop()
                    show(reply)
            except ReplyError as error:
                sign.stop()
                if error.message is not None:
                    show(cast("Message[Any]", error.message))
                fail(f"the reply says FAILED: {error}")
                return exits.FAILED
    return exits.OK


def _asking(file: str | None, ids: tuple[str, ...]) -> Message[Any]:
    """Return the request to send.

    Raises:
        DecodeError: the file is no message.
        OSError: the file cannot be read.
        click.UsageError: the message is no request, or neither file nor ID is given.
    """
    if (file is None) == (not ids):
        raise click.UsageError("give either a FILE with a request, or --id MRID")
    if file is None:
        return Message[Any].of(GetMeterReadings(EndDevice=[IdentifiedObject(mRID=mrid) for mrid in ids]))
    message = read_message(read_bytes(file))
    if message.kind is not Kind.requests:
        raise click.UsageError(f"{file}: {message.header.verb} {message.header.noun} is no request; publish it instead")
    return message.replace(reply_address=None, message_id=message.header.message_id or str(uuid.uuid4()))


def _show(reply: Message[Any], to: Format, *, as_json: bool) -> None:
    if as_json:
        record(as_record(reply, reply.topic()))
        return
    if interactive():
        remark(f"{reply.header.source or 'somebody'} replies: {summary(reply)}", "green")
    try:
        document(encode(reply, to), to)
    except EncodeError as error:  # read with forgiveness, and not to be written
        line(summary(reply))
        remark(f"it cannot be written as {to}: {error}", "yellow")
    for note in reply.notes:
        remark(note, "yellow")
