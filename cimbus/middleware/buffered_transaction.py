"""What buses without a broker share: which frames they take, and transactions that keep frames until the commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from cimbus.errors import MessageTooLargeError, SendError

from .frame import Frame
from .naming import PATH_NAMING

MAX_BODY: Final = 256 * 1024 * 1024
"""The largest body, in bytes: about what an MQTT packet can hold (MQTT 5.0, 2.1.4), the lowest limit of any broker's
protocol, so that what works here can work there; SQLite's own is 1 GB (SQLITE_MAX_LENGTH)."""


def frame_to_send(frame: Frame) -> Frame | SendError:
    """Return a frame with the topic that it goes to, or why it is refused.

    >>> from cimbus import Topic
    >>> frame = Frame(topic=Topic("c", "events", "N", "created"), body=b"", address="topic:c/events/N/changed")
    >>> str(frame_to_send(frame).topic)
    'c/events/N/changed'
    """
    if len(frame.body) > MAX_BODY:
        size = len(frame.body)
        return MessageTooLargeError(f"a body of {size} bytes; at most {MAX_BODY} are taken", size, MAX_BODY)
    if frame.address is None:
        return frame
    try:
        topic = PATH_NAMING.destination(frame.address, frame.properties)
    except ValueError as exc:
        return SendError(f"no such destination here: {exc}")
    return msgspec.structs.replace(frame, topic=topic, address=None)


class BufferedTransaction:
    """Keeps the frames that are sent; a subclass adds the deliveries and the commit.

    Args:
        check: returns a frame as it is to be sent, or why it is refused.

    >>> import anyio
    >>> from cimbus import Topic
    >>> transaction = BufferedTransaction(frame_to_send)
    >>> anyio.run(transaction.send, [Frame(topic=Topic("c", "events", "N", "created"), body=b"one")])
    >>> [frame.body for frame in transaction.frames_to_commit()]
    [b'one']
    """

    def __init__(self, check: Callable[[Frame], Frame | SendError]) -> None:
        self._check = check
        self._frames: list[Frame] = []
        self._refused: SendError | None = None

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send frames as part of the transaction.

        Raises:
            SendError: one of them is refused; the transaction is rolled back when its block ends.
        """
        for frame in frames:
            checked = self._check(frame)
            if isinstance(checked, SendError):
                self._refused = checked
                raise checked
            self._frames.append(checked)

    def frames_to_commit(self) -> list[Frame]:
        """Return the frames.

        Raises:
            SendError: one was refused: nothing of the transaction happens.
        """
        if self._refused is not None:
            raise self._refused
        return self._frames
