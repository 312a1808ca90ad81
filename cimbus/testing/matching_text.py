"""Texts that match a regular expression, for samples of fields that have a pattern."""

from __future__ import annotations

import re
from importlib import import_module
from random import Random
from typing import Any, Final

_MOST: Final = 3
"""Repetitions beyond the fewest: enough to vary, and short enough to read."""
_PLAIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_TRIES: Final = 50


def matching_text(pattern: str, random: Random, *, least: int = 0, most: int | None = None) -> str:
    """Return a text that a pattern of Python matches as a whole, with ``least`` to ``most`` characters.

    Raises:
        ValueError: none was found; look-around assertions are tried, not understood.

    >>> re.fullmatch("[0-9a-f]{8}-(?:ab|cd)", matching_text("[0-9a-f]{8}-(?:ab|cd)", Random(1))) is not None
    True
    """
    parser = import_module("re._parser")  # the parser of re itself: there is no public one
    compiled, tree = re.compile(pattern), parser.parse(pattern)
    for _ in range(_TRIES):
        text = "".join(_of(op, argument, random) for op, argument in tree)
        if compiled.fullmatch(text) and len(text) >= least and (most is None or len(text) <= most):
            return text
    raise ValueError(f"no text was found that matches {pattern!r}")


def _of(op: Any, argument: Any, random: Random) -> str:
    """Return a text for one node of the parsed pattern."""
    name, count = str(op), 1
    inside: list[tuple[Any, Any]] = []  # assertions have no text
    if name == "LITERAL":
        return chr(argument)
    if name in ("NOT_LITERAL", "ANY"):
        return random.choice([char for char in _PLAIN if name == "ANY" or ord(char) != argument])
    if name == "IN":
        return _one_of(argument, random)
    if name == "BRANCH":
        inside = random.choice(argument[1])
    elif name == "SUBPATTERN":
        inside = argument[-1]
    elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inside = argument
        count = random.randint(least, min(int(most), least + _MOST))
    return "".join(_of(*each, random) for _ in range(count) for each in inside)


def _one_of(parts: Any, random: Random) -> str:
    """Return a character of a class: of what it lists, where that is no negation, else of plain ones."""
    found: list[str] = []
    negated = str(parts[0][0]) == "NEGATE"
    for op, argument in parts:
        name = str(op)
        if name == "LITERAL":
            found.append(chr(argument))
        elif name == "RANGE":
            first, last = argument
            found += [chr(code) for code in range(first, min(last, first + len(_PLAIN)) + 1)]
        elif name == "CATEGORY":
            word = {"CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w", "CATEGORY_SPACE": r"\s"}.get(str(argument), r"\W")
            found += [char for char in _PLAIN + " " if re.match(word, char)]
    if negated:
        found = [char for char in _PLAIN if char not in found]
    return random.choice(found or ["-"])
