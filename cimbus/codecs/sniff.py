"""XML or JSON: told by the first character."""

from __future__ import annotations

from typing import Final

HEAD: Final = 64
_JSON_START: Final = (b"{", b"[")


def is_json(data: bytes) -> bool:
    """Return whether a document is JSON rather than XML."""
    return data[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_JSON_START)
