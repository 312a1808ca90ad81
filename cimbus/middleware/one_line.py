"""Texts from outside, as they may stand in a log line or on a terminal."""

from __future__ import annotations

import re
from typing import Final

_CONTROL: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
"""Control characters (ECMA-48), line separators, the characters that change the direction of text (Unicode UAX 9), and
surrogates, which no stream can write."""


def one_line(text: object, *, most: int = 0) -> str:
    r"""Return a text without the characters that a terminal obeys or that begin another line.

    >>> one_line("key\n\x1b[31mERROR")
    'key \\x1b[31mERROR'

    Args:
        text: what to show.
        most: how many characters are shown; 0: all.
    """
    found = str(text)
    if most and len(found) > most:
        found = f"{found[:most]}... ({len(found)} characters)"
    return _CONTROL.sub(lambda match: " " if match[0] in "\t\r\n" else f"\\x{ord(match[0]):02x}", found)
