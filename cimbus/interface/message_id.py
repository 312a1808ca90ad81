"""New message IDs."""

from __future__ import annotations

import os
import re
from typing import Final

BLOCK: Final = 64
"""How many are made at once: asking the system for random octets costs as much as the rest of an ID, once for all."""
_made: Final[list[str]] = []
"""What the next calls return; a forked process makes its own."""
if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_made.clear)
_VERSION: Final = bytes(0x40 | octet & 0x0F for octet in range(256))
_VARIANT: Final = bytes(0x80 | octet & 0x3F for octet in range(256))
"""What an octet becomes that has the version, or the variant, in its upper bits."""
_GROUPS: Final = re.compile("(.{8})(.{4})(.{4})(.{4})(.{12})")


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
    octets = bytearray(os.urandom(16 * BLOCK))
    octets[6::16] = octets[6::16].translate(_VERSION)
    octets[8::16] = octets[8::16].translate(_VARIANT)
    return ["-".join(groups) for groups in _GROUPS.findall(octets.hex())]
