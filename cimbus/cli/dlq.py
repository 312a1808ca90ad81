"""``cimbus dlq``: the messages that were set aside, and their second chance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cimbus.bus import Bus
from cimbus.deadletters import DeadLetter, DeadLetters

from . import exits, running
from .options import backend_option, bus_option, json_option, letters_of, shared_bus
from .output import above, clean, document, fail, line, progress, raw, record, remark, styled, table
from .reading import format_of

_STORE = click.option("--store", metavar="PATH", type=click.Path(exists=True, dir_okay=False), help="The store's file.")


@click.group("dlq")
def dlq() -> None:
    """Dead letters: list them, look at one, send it again.

    The store is --store, else the one that belongs to the bus: $CIMBUS_DEAD_LETTERS, a file beside an SQLite bus, or
    one in the user's state folder.
    """


@dlq.command("list")
@bus_option
@_STORE
@json_option
@backend_option
def list_letters(*, bus: str | None, store: str | None, as_json: bool, backend: str) -> int:
    """List what was set aside, oldest first."""
    letters = letters_of(bus, store)

    async def work() -> int:
        found = await _all(letters)
        if as_json:
            for letter in found:
                record(_record(letter))
        elif found:
            columns = ("id", "time", "consumer", "topic", "attempts", "reason")
            table(columns, [_row(letter) for letter in found])
        else:
            remark(f"no dead letters in {letters.path}")
        return exits.OK

    return running.run(work, backend)


@dlq.command("show")
@click.argument("number", metavar="ID", type=int)
@click.option("--raw", "raw_", is_flag=True, help="The body alone, byte for byte.")
@bus_option
@_STORE
@json_option
@backend_option
def show(*, number: int, raw_: bool, bus: str | None, store: str | None, as_json: bool, backend: str) -> int:
    """Show one dead letter with its body."""
    letters = letters_of(bus, store)

    async def work() -> int:
        (letter,) = await _some(letters, (number,))
        if letter is None:
            return _missing(letters, number)
        if raw_:
            raw(letter.frame.body, end=b"")
        elif as_json:
            record(_record(letter) | {"body": letter.frame.body.decode("utf-8", "backslashreplace")})
        else:
            _show(letter)
        return exits.OK

    return running.run(work, backend)


@dlq.command("replay")
@click.argument("numbers", metavar="[ID]...", type=int, nargs=-1)
@click.option("--all", "all_", is_flag=True, help="All of them.")
@bus_option
@_STORE
@backend_option
def replay(*, numbers: tuple[int, ...], all_: bool, bus: str | None, store: str | None, backend: str) -> int:
    """Publish dead letters again as they came, and forget each once the bus has it.

    Whoever listens to the topic gets it, not only the consumer that had set it aside.
    """
    url = shared_bus(bus)
    letters = letters_of(bus, store)
    if all_ == bool(numbers):
        raise click.UsageError("give the IDs to replay, or --all")

    async def work() -> int:
        found = await _all(letters) if all_ else await _some(letters, numbers)
        failed = sum(_missing(letters, n) for n, letter in zip(numbers, found, strict=False) if letter is None)
        async with Bus(url, dead_letters=letters) as opened:
            with progress() as bar:
                for letter in bar.track([each for each in found if each is not None], description="replaying"):
                    with above(bar):
                        failed += await _send(opened, letters, letter)
        return exits.FAILED if failed else exits.OK

    return running.run(work, backend)


async def _send(bus: Bus, letters: DeadLetters, letter: DeadLetter) -> int:
    """Send a letter's frame again; return 1 if the bus refuses it."""
    (error,) = await bus.send((letter.frame,))
    if error is not None:
        fail(f"{letter.id}: {error}")
        return 1
    await letters.remove(letter.id)
    styled((letter.id, "bold"), (" replayed to ", ""), (letter.frame.topic, "cyan"))
    return 0


async def _all(letters: DeadLetters) -> list[DeadLetter]:
    return await letters.letters() if _exists(letters) else []


async def _some(letters: DeadLetters, numbers: Sequence[int]) -> list[DeadLetter | None]:
    there = _exists(letters)
    return [await letters.get(number) if there else None for number in numbers]


def _exists(letters: DeadLetters) -> bool:
    """Return whether a store is there: looking must not make one."""
    return Path(letters.path).exists()


def _missing(letters: DeadLetters, number: int) -> int:
    fail(f"no dead letter {number} in {letters.path}")
    return exits.FAILED


def _row(letter: DeadLetter) -> Sequence[object]:
    time = letter.time.astimezone().isoformat(" ", "seconds")
    return (letter.id, time, letter.consumer, letter.frame.topic, letter.attempts, letter.reason)


def _record(letter: DeadLetter) -> dict[str, Any]:
    return {
        "id": letter.id,
        "time": letter.time.isoformat(),
        "consumer": letter.consumer,
        "topic": str(letter.frame.topic),
        "attempts": letter.attempts,
        "reason": letter.reason,
        "properties": dict(letter.frame.properties),
        "size": len(letter.frame.body),
    }


def _show(letter: DeadLetter) -> None:
    for word, value in zip(("id", "time", "consumer", "topic", "attempts", "reason"), _row(letter), strict=True):
        styled((f"{word}: ", "bold"), (value, "red" if word == "reason" else ""))
    for word, value in letter.frame.properties.items():
        styled((f"{word}: ", "dim"), (clean(value), "dim"))
    line()
    document(letter.frame.body, format_of(letter.frame.body))
