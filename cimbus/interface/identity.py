"""What makes two deliveries the same message: MessageID, Source, and what the body says."""

from __future__ import annotations

import hashlib
import re
from typing import Final, NamedTuple

DIGEST_SIZE: Final = 16
"""Octets of a digest: 128 bits, so that no two bodies that meet in practice have the same (RFC 7693)."""
HEAD: Final = 8_192
"""In how much of a body Header.Timestamp is looked for, in octets: a header is some hundred, and stands first."""
_TIMESTAMP: Final = re.compile(rb'<(?:[\w.-]{1,64}:)?Timestamp>[^<]{0,64}<|"Timestamp"\s{0,9}:\s{0,9}"[^"]{0,64}"')


class MessageIdentity(NamedTuple):
    """The identity of a message at one consumer.

    Senders number their messages, and two of them may use the same number; one that starts again may use its own twice.
    So a MessageID alone does not tell a redelivery from another message.

    >>> a = MessageIdentity.of("1", "HES-A", b"<EventMessage/>")
    >>> a == MessageIdentity.of("1", "HES-B", b"<EventMessage/>")
    False

    Attributes:
        message_id: Header.MessageID.
        source: Header.Source, empty if there is none.
        digest: of the body without Header.Timestamp, in hexadecimal digits; empty if it is not known. A sender that
            publishes a message again, under its MessageID, stamps it anew.
    """

    message_id: str
    source: str = ""
    digest: str = ""

    @classmethod
    def of(cls, message_id: str, source: str | None, body: bytes) -> MessageIdentity:
        """Return the identity of a message with this body."""
        found = _TIMESTAMP.search(body, 0, HEAD)
        digest = hashlib.blake2b(body if found is None else body[: found.start()], digest_size=DIGEST_SIZE)
        if found is not None:
            digest.update(memoryview(body)[found.end() :])
        return cls(message_id, source or "", digest.hexdigest())
