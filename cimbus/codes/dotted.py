"""Integers joined by dots: the form that all codes share.

Rule: what is accepted here formats back to the same numbers. A number has at most nine digits, so that no text, however
long, costs more than its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

LIMIT: Final = 10**9
"""No number of a code reaches this."""

_NUMBER: Final = re.compile(r"-?[0-9]{1,9}")
_SHOWN: Final = 80


def integers(text: str, count: int, what: str, example: str) -> list[int]:
    """Return the numbers of a code.

    Leading zeros are accepted (``01`` is 1), and are lost.

    Raises:
        ValueError: it is no such code; the message says what one looks like.
    """
    parts = text.split(".", count)
    if len(parts) != count or not all(map(_NUMBER.fullmatch, parts)):
        shown = repr(text[:_SHOWN]) + ("..." if len(text) > _SHOWN else "")
        raise ValueError(
            f"{shown} is no {what} code, which is {count} integers joined by dots such as {example}; "
            f"keep a code of another scheme as text"
        )
    return [int(part) for part in parts]


def check(numbers: Iterable[object], what: str) -> None:
    """Refuse a code that could not be parsed again.

    Raises:
        ValueError: a part is no integer or has more than nine digits.
    """
    for number in numbers:
        if type(number) is not int or not -LIMIT < number < LIMIT:
            raise ValueError(f"{number!r} in a {what} code: its parts are integers of at most nine digits")


def word(table: Mapping[int, str], name: str, number: int) -> str:
    """Return what a table says of a number, or else the part's name and the number."""
    return table.get(number) or f"{name} {number}"
