"""``cimbus publish``: messages from files onto the bus, byte for byte."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final, cast

import anyio.to_thread
import click
import msgspec
from rich.progress import Progress

from cimbus.application.bus import Bus
from cimbus.application.marshal import pack
from cimbus.errors import CimbusError
from cimbus.interface.codecs import encode
from cimbus.interface.codecs.api import Format
from cimbus.interface.envelope import MessageType
from cimbus.interface.header_fields import AllHeaderFields
from cimbus.interface.message import Message
from cimbus.interface.topic import Topic
from cimbus.middleware.expiry import EXPIRATION, expiration
from cimbus.middleware.frame import CONTENT_TYPES, Frame
from cimbus.middleware.send_report import unroutable_in
from cimbus.nouns.keys import key_of

from . import exits, running
from .completing import complete_noun, complete_verb
from .describe import as_record, kind_of_payload
from .options import common, shared_bus
from .output import above, fail, progress, record, remark, styled
from .reading import because, format_of, read_bytes, read_message

_BATCH: Final = 64


class PublishJob(msgspec.Struct, frozen=True):
    """One file's message, ready to go."""

    name: str
    message: Message[Any]
    frame: Frame


class Overrides(msgspec.Struct, frozen=True):
    """What the command line says instead of the header."""

    noun: str | None
    verb: str | None
    key: str | None
    context: str | None
    format: Format | None
    expires: float | None = None
    """Seconds."""


@click.command("publish")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--noun", metavar="WORD", shell_complete=complete_noun, help="Instead of the header's noun, for the topic."
)
@click.option(
    "--verb", metavar="WORD", shell_complete=complete_verb, help="Instead of the header's verb, for the topic."
)
@click.option("--key", metavar="TEXT", help="Instead of the object's mRID or name.")
@click.option("--expires", type=click.FloatRange(min=0), metavar="S", help="Not to be handled after S seconds.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["xml", "json"]),
    help="Write them anew; by default the bytes stay as they are.",
)
@common
def publish(
    *,
    files: tuple[str, ...],
    bus: str | None,
    context: str | None,
    as_json: bool,
    backend: str,
    noun: str | None,
    verb: str | None,
    key: str | None,
    expires: float | None,
    format_: str | None,
) -> int:
    """Publish messages from files (XML or JSON, any dialect; - is stdin), each under the topic of its header.

    A file that is no message is reported and the others still go. Returns when the bus has them all.
    """
    url = shared_bus(bus)
    overrides = Overrides(noun, verb, key, context, cast("Format | None", format_), expires)

    async def work() -> int:
        failed = 0
        async with Bus(url) as opened:
            with progress() as bar:
                task = bar.add_task("publishing", total=len(files))
                for start in range(0, len(files), _BATCH):
                    names = files[start : start + _BATCH]
                    failed += await _publish_some(opened, names, overrides, bar, as_json=as_json)
                    bar.advance(task, len(names))
        return exits.FAILED if failed else exits.OK

    return running.run(work, backend)


async def _publish_some(bus: Bus, names: Sequence[str], overrides: Overrides, bar: Progress, *, as_json: bool) -> int:
    """Publish some files in one go; return how many failed."""
    outgoing: list[PublishJob] = []
    refused: list[tuple[str, Exception]] = []
    for name in names:
        try:
            outgoing.append(await anyio.to_thread.run_sync(prepare, name, overrides))
        except (CimbusError, OSError, ValueError) as error:
            refused.append((name, error))
    results = await bus.publisher.send([_reduced(bus, each) for each in outgoing]) if outgoing else ()
    with above(bar):
        lost = unroutable_in(results)
        for place, (each, refusal) in enumerate(zip(outgoing, results, strict=True)):
            if refusal is None:
                _report(each, as_json=as_json, unroutable=place in lost)
            else:
                refused.append((each.name, refusal))
        for name, reason in refused:
            fail(because(name, reason))
    return len(refused)


def _reduced(bus: Bus, job: PublishJob) -> Frame:
    """Return a frame as it is sent; what is too large may be stored beside the bus."""
    written: Format = "json" if job.frame.properties.get("ContentType") == CONTENT_TYPES["json"] else "xml"
    return bus.publisher.large.reduced(job.message, job.frame, lambda other: bus.publisher.encode(other, written))


def prepare(name: str, overrides: Overrides) -> PublishJob:
    """Read a file into a frame that holds its very bytes.

    Raises:
        DecodeError: it is no message.
        EncodeError: it is to be written anew, and cannot be.
        OSError: it cannot be read.
    """
    data = read_bytes(name)
    message = read_message(data)
    changes: AllHeaderFields = {}
    if overrides.noun:
        changes["noun"] = overrides.noun
    if overrides.verb:
        changes["verb"] = overrides.verb
    if overrides.context:
        changes["context"] = overrides.context
    routed = message.replace(**changes)
    topic = routed.topic(key_of(message.payload) if overrides.key is None else overrides.key)
    if overrides.format is not None:
        data = encode(routed, overrides.format)
    frame = frame_of(routed, topic, data)
    if overrides.expires is not None and (until := expiration(overrides.expires, time.time())):
        frame = msgspec.structs.replace(frame, properties={**frame.properties, EXPIRATION: until})
    return PublishJob(name, message, frame)


def frame_of(message: Message[Any], topic: Topic, data: bytes) -> Frame:
    """Return the frame of a message whose bytes are there already, its routing fields mirrored."""
    header = msgspec.structs.replace(message.header, noun=topic.noun, verb=topic.verb)
    frame = pack(
        Message[Any](header, message_type=MessageType.message), topic
    )  # without its payload: that is not to be written again
    properties = dict(frame.properties) | {"ContentType": CONTENT_TYPES[format_of(data)]}
    return msgspec.structs.replace(frame, body=data, properties=properties)


def _report(each: PublishJob, *, as_json: bool, unroutable: bool) -> None:
    message, topic, what = each.message, each.frame.topic, kind_of_payload(each.message)
    if as_json:
        described = as_record(message, topic)
        told = {"file": each.name} | {k: described[k] for k in ("topic", "typed", "noun", "summary", "notes")}
        record(told | {"unroutable": unroutable})
        return
    notes = len(message.notes)
    forgiven = f", {notes} {'note' if notes == 1 else 'notes'}" if notes else ""
    style = "green" if what == "typed" else "yellow"
    styled((each.name, ""), (" -> ", "dim"), (topic, "cyan"), (f" ({what}{forgiven})", style))
    if unroutable:
        remark(f"{each.name}: no subscription to {topic}: the bus took the message, and dropped it", "yellow")
