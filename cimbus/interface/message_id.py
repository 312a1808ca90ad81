"""New message IDs."""

from __future__ import annotations

import os
from typing import Final

BLOCK: Final = 64
"""How many are made at once: asking the system for random octets costs as much as the rest of an ID, once for all."""
_made: Final[list[str]] = []
"""What the next calls return; a forked process makes its own."""
if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_made.clear)
_VARIANT: Final = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The variant's two bits in place of the digit's upper two."""


def new_message_id() -> str:
    """Return a random UUID (RFC 9562, 5.4) as text; some peers accept no other MessageID.

    It is what ``str(uuid.uuid4())`` gives, without the object in between.

    >>> import uuid
    >>> made = new_message_id()
    >>> uuid.UUID(made).version, str(uuid.UUID(made)) == made
    (4, True)
    """
    try:
        return _made.pop()  # one operation: no other thread gets the same
    except IndexError:
        first, *others = _block()
        _made.extend(others)
        return first


def _block() -> list[str]:
    digits = os.urandom(16 * BLOCK).hex()
    return [_written(digits[start : start + 32]) for start in range(0, len(digits), 32)]


def _written(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{_VARIANT[digits[16]]}{digits[17:20]}-{digits[20:]}"
