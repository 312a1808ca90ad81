"""What a bus does with messages that are large: it compresses their payloads, or stores them beside the bus."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from cimbus.errors import EncodeError
from cimbus.interface.codecs import DEFAULT_LIMITS
from cimbus.interface.message import Message
from cimbus.middleware.frame import Frame

from .claim_check import ClaimCheck

Encode = Callable[[Message[Any]], bytes]
Send = Callable[[Sequence[Frame]], Awaitable[Sequence[Exception | None]]]


class LargeMessages:
    """The options of one bus for large messages, and what they do to what is sent.

    >>> from cimbus import Frame, Topic, encode
    >>> frame = Frame(topic=Topic("production", "events", "X", "created"), body=b"small")
    >>> LargeMessages(ClaimCheck()).reduced(Message.of(None, verb="created", noun="X"), frame, encode) is frame
    True

    Args:
        claims: stores what is too large for the bus.
        compress_over: from which size a payload is compressed, in bytes; 0: none is.

    Attributes:
        over: the size of a body, in bytes, up to which ``reduced`` changes nothing.
        stores_nothing: whether there is no store, so that ``send`` does nothing beside sending.

    Raises:
        ValueError: ``compress_over`` is negative.
    """

    def __init__(self, claims: ClaimCheck, compress_over: int = 0) -> None:
        if compress_over < 0:
            raise ValueError(f"compress_over is a size in bytes, not {compress_over}")
        self.claims = claims
        self._compress_over = compress_over
        self.over = min(compress_over or math.inf, claims.over)
        self.stores_nothing = claims.over == math.inf

    def reduced(self, message: Message[Any], frame: Frame, encode: Encode) -> Frame:
        """Return the frame of a message as it is, with its payload compressed, or with a reference to it."""
        if self._compress_over and len(frame.body) > self._compress_over:
            frame = msgspec.structs.replace(frame, body=compressed(message, frame.body, encode))
        return self.claims.claimed(message, frame, encode)

    async def send(self, frames: Sequence[Frame], send: Send) -> Sequence[Exception | None]:
        """Send frames once what belongs to them is stored; return one result each."""
        ready = await self.claims.stored(frames)
        if ready is frames:  # nothing is stored, as of most messages
            return await send(frames)
        good = [frame for frame in ready if isinstance(frame, Frame)]
        if len(good) == len(ready):
            return await send(good)
        left = iter(await send(good) if good else ())
        return [next(left) if isinstance(each, Frame) else each for each in ready]

    async def stored(self, frames: Sequence[Frame]) -> list[Frame]:
        """Return frames to be sent or kept elsewhere, once what belongs to them is stored.

        Raises:
            SendError: it cannot be stored.
        """
        found: list[Frame] = []
        for each in await self.claims.stored(frames):
            if not isinstance(each, Frame):
                raise each
            found.append(each)
        return found


def compressed(message: Message[Any], body: bytes, encode: Encode) -> bytes:
    """Return a message's body with its payload compressed, or as it is where that is not possible, or larger.

    Compressed holds one noun, and exists in the payload area alone. What would inflate to more than readers take by
    default (``Limits.max_inflated``) stays as it is, and so does what a dialect has no place for.

    >>> from cimbus import encode
    >>> from cimbus.interface.element import XmlElement
    >>> message = Message.of(XmlElement("Note", "urn:x", text="again " * 1_000), verb="created")
    >>> len(encode(message)) > 6_000 > 1_000 > len(compressed(message, encode(message), encode))
    True
    """
    area = message.payload_area
    single = len(area.items) == 1 and not area.in_request and area.operation_set is None and area.unopened is None
    if not single or area.was_compressed or len(body) > DEFAULT_LIMITS.max_inflated:
        return body
    smaller = Message[Any](
        message.header,
        message_type=message.message_type,
        request=message.request_area,
        reply=message.reply_area,
        payload=msgspec.structs.replace(area, was_compressed=True),
        extensions=message.extensions,
        origin=message.origin,
    )
    try:
        found = encode(smaller)
    except EncodeError:  # a dialect without Payload/Compressed
        return body
    return found if len(found) < len(body) else body
