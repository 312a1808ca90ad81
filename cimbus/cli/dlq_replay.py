"""``cimbus dlq replay``: dead letters are handled again by their consumer, or published again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import anyio
import click

from cimbus.application.bus import Bus
from cimbus.application.dead_letters import BusDeadLetters, DeadLetter, DeadLetters
from cimbus.errors import CimbusError

from . import exits, running
from .audit import audit_option, trail_of, write_letter
from .letters import STORE, filter_of, filters, found, narrows
from .options import backend_option, bus_option, json_option, letters_of, shared_bus
from .output import fail, record, styled

LOOK: Final = 0.1
"""How often the store is looked at, in seconds: often enough that a person does not notice the wait."""


@click.command("replay")
@click.argument("numbers", metavar="[ID]...", type=int, nargs=-1)
@click.option("--all", "all_", is_flag=True, help="All letters, or with --bus all of that bus.")
@filters
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="S",
    help="How long to wait for the consumers.",
)
@click.option(
    "--publish", is_flag=True, help="Publish them on the bus instead: every consumer of the topic receives them."
)
@audit_option
@bus_option
@STORE
@json_option
@backend_option
def replay(
    *,
    numbers: tuple[int, ...],
    all_: bool,
    timeout: float,
    publish: bool,
    audit: str | None,
    bus: str | None,
    store: str | None,
    as_json: bool,
    backend: str,
    **wanted: str | None,
) -> int:
    """Have dead letters handled again by the consumers that could not handle them.

    Each stays in the store until its consumer has handled it. Where that consumer does not run with this store, the
    letter stays as it is, and the command says so. From --store bus they are sent to the consumers, whose groups keep
    them; the command does not wait.
    """
    letters, chosen, trail = letters_of(bus, store), filter_of(bus, **wanted), trail_of(audit)
    if sum((bool(numbers), all_, narrows(chosen))) != 1:
        raise click.UsageError("give the IDs to replay, or say which ones, such as --noun NOUN, or --all")

    async def work() -> int:
        kept, failed = await found(letters, numbers, chosen)
        for letter in kept:
            write_letter(trail, "replay_requested", letter, published=publish)
        if publish:
            failed += await _published(shared_bus(bus), letters, kept, as_json=as_json)
        elif isinstance(letters, BusDeadLetters):
            failed += await _sent(letters, kept, as_json=as_json)
        else:
            failed += await _handled(letters, kept, timeout, as_json=as_json)
        return exits.FAILED if failed else exits.OK

    return running.run(work, backend)


async def _handled(letters: DeadLetters, kept: Sequence[DeadLetter], timeout: float, *, as_json: bool) -> int:
    """Wait for the consumers; return how many letters are still there."""
    for letter in kept:
        await letters.request_replay(letter.id)
    waiting = {letter.id: letter for letter in kept}
    failed = 0
    with anyio.move_on_after(timeout):
        while waiting:
            for number in list(waiting):
                now = await letters.get(number)
                if now is not None and now.state != "kept":
                    continue
                letter = waiting.pop(number)
                if now is None:
                    _tell(letter, "handled", f"by {letter.consumer}", as_json=as_json)
                else:
                    failed += 1
                    _tell(letter, "failed", f"again: {now.reason}", as_json=as_json)
            await anyio.sleep(LOOK)
    for letter in waiting.values():
        failed += 1
        if await letters.withdraw_replay(letter.id):
            _tell(letter, "kept", f"{letter.consumer} does not run with {letters.path}", as_json=as_json)
        else:
            _tell(letter, "taken", f"{letter.consumer} has not finished", as_json=as_json)
    return failed


async def _sent(letters: BusDeadLetters, kept: Sequence[DeadLetter], *, as_json: bool) -> int:
    """Send letters to their consumers, whose durable groups keep them; return how many have none."""
    failed = 0
    for letter in kept:
        try:
            await letters.request_replay(letter.id)
        except CimbusError as error:
            failed += 1
            _tell(letter, "kept", str(error), as_json=as_json)
        else:
            _tell(letter, "sent", f"to {letter.consumer}, which handles it when it runs", as_json=as_json)
    return failed


async def _published(url: str, letters: DeadLetters, kept: Sequence[DeadLetter], *, as_json: bool) -> int:
    """Send the frames again; return how many the bus refuses."""
    failed = 0
    async with Bus(url, dead_letters=letters) as opened:
        for letter in kept:
            (error,) = await opened.transport.send((letter.frame,))
            if error is None:
                await letters.remove(letter.id)
                _tell(letter, "published", f"to {letter.frame.topic}", as_json=as_json)
            else:
                failed += 1
                _tell(letter, "failed", str(error), as_json=as_json)
    return failed


def _tell(letter: DeadLetter, result: str, detail: str, *, as_json: bool) -> None:
    if as_json:
        record({"id": letter.id, "result": result, "detail": detail})
    elif result in ("handled", "published", "sent"):
        styled((letter.id, "bold"), (f" {result} {detail}", ""))
    else:
        fail(f"{letter.id} {result}: {detail}" if result != "failed" else f"{letter.id} failed {detail}")
