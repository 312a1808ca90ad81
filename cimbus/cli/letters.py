"""Which dead letters a command is about, and how one is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from cimbus.application.dead_letters import BusDeadLetters, DeadLetter, DeadLetterFilter, DeadLetters
from cimbus.middleware.one_line import one_line
from cimbus.middleware.safe_url import bus_name

from .completing import complete_noun
from .output import document, fail, line, styled
from .reading import format_of

F = TypeVar("F", bound=Callable[..., Any])

_AGE: Final = re.compile(r"(\d+)([smhd])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

BUS_STORE: Final = "bus"
"""What ``--store`` says of letters that are on the middleware."""


class _StorePath(click.Path):
    """A file that is there, or the word for the middleware itself."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if value == BUS_STORE else super().convert(value, param, ctx)


STORE: Final = click.option(
    "--store",
    metavar="PATH",
    type=_StorePath(exists=True, dir_okay=False),
    help='The store\'s file; "bus" for those that are kept on --bus itself.',
)
_FILTERS: Final = (
    click.option("--consumer", metavar="NAME", help="Of this group, such as OMS.EndDeviceEvents.created."),
    click.option("--noun", metavar="NOUN", shell_complete=complete_noun, help="Of this noun."),
    click.option("--key", metavar="KEY", help="About this object."),
    click.option("--error", metavar="TEXT", help="With this in their reason."),
    click.option("--older-than", metavar="AGE", help="At least so old: 90s, 15m, 12h, 30d."),
)


def filters(function: F) -> F:
    """Give a command the options that narrow down which letters it is about."""
    for option in reversed(_FILTERS):
        function = option(function)
    return function


def filter_of(
    bus: str | None,
    *,
    consumer: str | None = None,
    noun: str | None = None,
    key: str | None = None,
    error: str | None = None,
    older_than: str | None = None,
) -> DeadLetterFilter:
    """Return the filter that a command's options mean.

    Raises:
        click.UsageError: an age cannot be read.
    """
    before = None
    if older_than is not None:
        found = _AGE.fullmatch(older_than)
        if found is None:
            raise click.UsageError(f"--older-than {older_than} is no age; write 90s, 15m, 12h or 30d")
        before = datetime.now(UTC) - timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
    return DeadLetterFilter(
        consumer=consumer, noun=noun, key=key, error=error, before=before, bus=bus_name(bus) if bus else None
    )


def narrows(wanted: DeadLetterFilter) -> bool:
    """Return whether a filter leaves letters of its bus out."""
    return any((wanted.consumer, wanted.noun, wanted.key, wanted.error, wanted.before))


def exists(letters: DeadLetters) -> bool:
    """Return whether a store is there: looking must not make one."""
    return isinstance(letters, BusDeadLetters) or Path(letters.path).exists()


async def found(letters: DeadLetters, numbers: Sequence[int], wanted: DeadLetterFilter) -> tuple[list[DeadLetter], int]:
    """Return the letters with these numbers, or else those that fit; and how many numbers there are none of."""
    if not exists(letters):
        kept: list[DeadLetter] = []
    elif numbers and isinstance(letters, BusDeadLetters):  # one look for all
        kept = [letter for letter in await letters.letters() if letter.id in numbers]
    elif numbers:
        kept = [letter for number in numbers if (letter := await letters.get(number)) is not None]
    else:
        kept = await letters.letters(wanted)
    missing = set(numbers) - {letter.id for letter in kept}
    for number in sorted(missing):
        fail(f"no dead letter {number} in {letters.path}")
    return kept, len(missing)


def row(letter: DeadLetter) -> Sequence[object]:
    """Return a letter as a line of a table."""
    time = letter.time.astimezone().isoformat(" ", "seconds")
    return (letter.id, time, letter.consumer, letter.frame.topic, letter.attempts, letter.reason)


def record_of(letter: DeadLetter) -> dict[str, Any]:
    """Return a letter as JSON, without its body."""
    return {
        "id": letter.id,
        "time": letter.time.isoformat(),
        "consumer": letter.consumer,
        "topic": str(letter.frame.topic),
        "attempts": letter.attempts,
        "reason": letter.reason,
        "bus": letter.bus,
        "state": letter.state,
        "edited": letter.original is not None,
        "errors": [
            {"time": error.time.isoformat(), "attempt": error.attempt, "error": error.error} for error in letter.errors
        ],
        "properties": dict(letter.frame.properties),
        "size": len(letter.frame.body),
    }


def show_letter(letter: DeadLetter) -> None:
    """Write a letter with all that is known of it."""
    words = ("id", "time", "consumer", "topic", "attempts", "reason")
    for word, value in zip(words, row(letter), strict=True):
        styled((f"{word}: ", "bold"), (value, "red" if word == "reason" else ""))
    if letter.bus:
        styled(("bus: ", "bold"), (letter.bus, ""))
    if letter.original is not None:
        styled(("edited: ", "bold"), ("the body below; --original shows the one that was delivered", ""))
    for error in letter.errors:
        time = error.time.astimezone().isoformat(" ", "seconds")
        styled((f"attempt {error.attempt}: ", "dim"), (f"{time} {one_line(error.error)}", "dim"))
    for word, value in letter.frame.properties.items():
        styled((f"{word}: ", "dim"), (one_line(value), "dim"))
    line()
    document(letter.frame.body, format_of(letter.frame.body))
