"""XML or JSON: told by the first character."""

from __future__ import annotations

from typing import Final

HEAD: Final = 64
"""Octets looked at: room for a byte order mark and some white space before the first character."""
_JSON_START: Final = (b"{", b"[")


def is_json(data: bytes) -> bool:
    """Return whether a document is JSON rather than XML.

    A JSON message is an object (RFC 8259, 4), and XML begins with ``<`` (XML 1.0, 2.1), so the first character decides.

    >>> is_json(b' {"EventMessage": {}}'), is_json(b"<EventMessage/>")
    (True, False)
    """
    if (first := data[:1]) == b"<" or first == b"{":
        return first == b"{"
    # a byte order mark is not allowed in JSON (RFC 8259, 8.1), and sent all the same; sequences of documents begin with
    # a record separator (RFC 7464)
    return data[:HEAD].lstrip(b"\xef\xbb\xbf\x1e \t\r\n").startswith(_JSON_START)
