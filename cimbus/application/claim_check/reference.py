"""The reference that goes over the bus in place of a payload. Pure.

A message whose payload is stored is the same message, with one element in the place of its payload::

    <ClaimCheck xmlns="urn:cimbus:claim-check"><Content>NAME</Content><Length>OCTETS</Length></ClaimCheck>

Header, request area and reply area stay, so that routers, bridges and readers without the store see what they did. What
is stored is the whole message as it would have been sent. NAME is when it may be removed (seconds since 1970) and its
SHA-256. It is no path and no URL: a receiver looks for it in its own store, and nowhere else.
"""

from __future__ import annotations

import hashlib
import math
import re
from typing import Any, Final

import msgspec

from cimbus.errors import DecodeError
from cimbus.interface.element import XmlElement
from cimbus.interface.message import Message

NAMESPACE: Final = "urn:cimbus:claim-check"
MARK: Final = NAMESPACE.encode()
"""What every body with a reference has in it, so that no other body is looked at twice."""
NAME: Final = re.compile(r"[0-9]{10,12}-[0-9a-f]{64}")
"""Of a content. Ten digits of seconds last to the year 2286; twelve allow for whatever a peer's clock says."""


class ContentReference(msgspec.Struct, frozen=True):
    """Which content a message has.

    >>> made = ContentReference.of(b"<EventMessage/>", expires=1_800_000_000)
    >>> made.name[:14], made.length, made.expires
    ('1800000000-581', 15, 1800000000)

    Attributes:
        name: under which it is stored.
        length: in octets.
    """

    name: str
    length: int

    @classmethod
    def of(cls, content: bytes, expires: float) -> ContentReference:
        """Return the reference to a content that is kept until then, in seconds since 1970."""
        return cls(f"{math.ceil(expires):010d}-{hashlib.sha256(content).hexdigest()}", len(content))

    @property
    def expires(self) -> int:
        """When it may be removed, in seconds since 1970."""
        return int(self.name.partition("-")[0])

    def fits(self, content: bytes) -> bool:
        """Return whether this is the content: length and SHA-256 are as the reference says."""
        return len(content) == self.length and hashlib.sha256(content).hexdigest() == self.name.partition("-")[2]


def referring(message: Message[Any], reference: ContentReference) -> Message[Any]:
    """Return a message with a reference in the place of its payload."""
    parts = {"Content": reference.name, "Length": str(reference.length)}
    children = [XmlElement(name, NAMESPACE, text=text) for name, text in parts.items()]
    items = (XmlElement("ClaimCheck", NAMESPACE, children=children),)
    area = msgspec.structs.replace(
        message.payload_area, items=items, operation_set=None, unopened=None, was_compressed=False, format=None
    )
    return Message[Any](
        message.header,
        message_type=message.message_type,
        request=message.request_area,
        reply=message.reply_area,
        payload=area,
    )


def reference_in(message: Message[Any]) -> ContentReference | None:
    """Return the reference that a message has in the place of its payload; None: it has another one.

    Raises:
        DecodeError: it is no such reference.
    """
    payload = message.payload
    if not isinstance(payload, XmlElement) or (payload.name, payload.namespace) != ("ClaimCheck", NAMESPACE):
        return None
    name, length = payload.value("Content"), payload.value("Length")
    if not NAME.fullmatch(name) or not re.fullmatch(r"[0-9]{1,15}", length):  # 15 digits: a petabyte
        raise DecodeError("the claim check is no reference of cimbus: its content has an illegal name or length")
    return ContentReference(name, int(length))


def joined(sent: Message[Any], content: Message[Any]) -> Message[Any]:
    """Return the message of a stored content, with what a bridge has changed in the header that was sent."""
    header = sent.header
    return content.replace(
        context=header.context, reply_address=header.reply_address, correlation_id=header.correlation_id
    )
