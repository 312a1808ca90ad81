"""Texts as XML character data and attribute values."""

from __future__ import annotations

import re
from typing import Final

from cimbus.errors import EncodeError

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2


def escape(text: str) -> str:
    """Return a text as character data.

    Raises:
        EncodeError: it holds a character that XML cannot.

    >>> escape("a < b & c")
    'a &lt; b &amp; c'
    """
    # the usual text is found to need nothing without a copy: printable texts hold none of XML's forbidden characters
    if text.isprintable() and "&" not in text and "<" not in text and ">" not in text:
        return text
    if found := _ILLEGAL.search(text):
        raise EncodeError(f"XML has no character U+{ord(found[0]):04X}: {text[:40]!r}")
    # a bare CR would be read as LF (XML 1.0, 2.11); ">" must be escaped in "]]>" (2.4)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def quote(text: str) -> str:
    """Return a text as an attribute value in double quotes.

    Raises:
        EncodeError: it holds a character that XML cannot.

    >>> quote('say "yes"')
    '"say &quot;yes&quot;"'
    """
    # tab and line feed would be read as spaces in an attribute (XML 1.0, 3.3.3)
    text = escape(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")
    return f'"{text}"'
