"""Names written with few characters, for places where a protocol allows no others. Pure."""

from __future__ import annotations

import re
from functools import cache


def escaped(text: str, sign: str = "_", legal: str = "", errors: str = "replace") -> str:
    """Write ``text`` with ASCII letters, digits and ``legal`` only; any other octet as ``sign`` and two hex digits.

    Args:
        text: any text, for example the name of a group.
        sign: what stands in front of the two digits.
        legal: further characters to leave as they are, as in a character class of a regular expression.
        errors: what to do about half a character (a lone surrogate), as in ``str.encode``.

    Raises:
        ValueError: ``errors`` is "strict", and the text holds half a character.

    >>> escaped("meter data/1")
    'meter_20data_2F1'
    >>> escaped("meter data/v1.0", "%", "._")
    'meter%20data%2Fv1.0'
    """
    return _other(legal).sub(
        lambda found: "".join(f"{sign}{octet:02X}" for octet in found[0].encode("utf-8", errors)), text
    )


@cache
def _other(legal: str) -> re.Pattern[str]:
    return re.compile(f"[^A-Za-z0-9{legal}]")
