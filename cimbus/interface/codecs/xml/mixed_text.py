"""Whether a document may have text behind its elements, told from its octets."""

from __future__ import annotations

import re
from typing import Final

_DECLARED: Final = 48
"""Octets behind which an XML declaration has ended, in most documents (``<?xml version="1.0" encoding="UTF-8"?>``)."""
_TAIL: Final = re.compile(rb"""/[^<>"' ]{0,64}+[ ]?>[ \t\r\n]*+[^<]""")
"""A tag that ends an element, and text behind it."""


def has_mixed_text(data: bytes) -> bool:
    r"""Return whether there may be text behind an element, so that a reader has to look; False if there is none.

    Where elements stand in lines, each has white space behind it, which costs more to look at than a search of the
    octets does; where they stand behind one another, it is the other way round.

    >>> lines = b"<a>" + 20 * b"<b>text</b>%s\n" + b"</a>"
    >>> has_mixed_text(lines.replace(b"%s", b"x")), has_mixed_text(lines.replace(b"%s", b""))
    (True, False)
    """
    if data.find(b"\n", _DECLARED) < 0:
        return True
    # comments, instructions and CDATA marks may stand between; other encodings have other octets.
    # One octet is found ten times as fast as two, and neither is in most documents behind the declaration
    if (b"!" in data and b"<!" in data) or (data.find(b"?", _DECLARED) >= 0 and data.find(b"<?", 2) >= 0):
        return True
    return _TAIL.search(data) is not None or b"\0" in data[:4]
