"""``cimbus publish``: messages from files onto the bus, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

import anyio.to_thread
import click
import msgspec
from rich.progress import Progress

from cimbus.bus import Bus
from cimbus.codecs import encode
from cimbus.codecs.api import Format
from cimbus.envelope import Root
from cimbus.errors import CimbusError
from cimbus.frame import CONTENT_TYPES, Frame
from cimbus.message import Message
from cimbus.nouns.keys import key_of
from cimbus.topic import Topic
from cimbus.wire import pack

from . import exits, running
from .describe import as_record, kind_of_payload
from .options import common, shared_bus
from .output import above, fail, progress, record, styled
from .reading import because, format_of, read_bytes, read_message

_BATCH: Final = 64


class Outgoing(msgspec.Struct, frozen=True):
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


@click.command("publish")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--noun", metavar="WORD", help="Instead of the header's noun, for the topic.")
@click.option("--verb", metavar="WORD", help="Instead of the header's verb, for the topic.")
@click.option("--key", metavar="TEXT", help="Instead of the object's mRID or name.")
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
    format_: str | None,
) -> int:
    """Publish messages from files (XML or JSON, any dialect; - is stdin), each under the topic of its header.

    A file that is no message is reported and the others still go. Returns when the bus has them all.
    """
    url = shared_bus(bus)
    overrides = Overrides(noun, verb, key, context, cast("Format | None", format_))

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
    outgoing: list[Outgoing] = []
    refused: list[tuple[str, Exception]] = []
    for name in names:
        try:
            outgoing.append(await anyio.to_thread.run_sync(prepare, name, overrides))
        except (CimbusError, OSError, ValueError) as error:
            refused.append((name, error))
    results = await bus.send([each.frame for each in outgoing]) if outgoing else ()
    with above(bar):
        for each, refusal in zip(outgoing, results, strict=True):
            if refusal is None:
                _report(each, as_json=as_json)
            else:
                refused.append((each.name, refusal))
        for name, reason in refused:
            fail(because(name, reason))
    return len(refused)


def prepare(name: str, overrides: Overrides) -> Outgoing:
    """Read a file into a frame that holds its very bytes.

    Raises:
        DecodeError: it is no message.
        EncodeError: it is to be written anew, and cannot be.
        OSError: it cannot be read.
    """
    data = read_bytes(name)
    message = read_message(data)
    changes = {"noun": overrides.noun, "verb": overrides.verb, "context": overrides.context}
    routed = message.replace(**{word: value for word, value in changes.items() if value})
    topic = routed.topic(key_of(message.payload) if overrides.key is None else overrides.key)
    if overrides.format is not None:
        data = encode(routed, overrides.format)
    return Outgoing(name, message, frame_of(routed, topic, data))


def frame_of(message: Message[Any], topic: Topic, data: bytes) -> Frame:
    """Return the frame of a message whose bytes are there already, its routing fields mirrored."""
    header = msgspec.structs.replace(message.header, noun=topic.noun, verb=topic.verb)
    frame = pack(Message[Any](header, root=Root.message), topic)  # without its payload: that is not to be written again
    properties = dict(frame.properties) | {"ContentType": CONTENT_TYPES[format_of(data)]}
    return msgspec.structs.replace(frame, body=data, properties=properties)


def _report(each: Outgoing, *, as_json: bool) -> None:
    message, topic, what = each.message, each.frame.topic, kind_of_payload(each.message)
    if as_json:
        described = as_record(message, topic)
        record({"file": each.name} | {k: described[k] for k in ("topic", "typed", "noun", "summary", "notes")})
        return
    notes = len(message.notes)
    forgiven = f", {notes} {'note' if notes == 1 else 'notes'}" if notes else ""
    style = "green" if what == "typed" else "yellow"
    styled((each.name, ""), (" -> ", "dim"), (topic, "cyan"), (f" ({what}{forgiven})", style))
