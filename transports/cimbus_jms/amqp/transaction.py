"""All or nothing (AMQP 1.0, part 4): messages sent and deliveries accepted, which count together or not at all.

Rules: a transaction has two links of its own, to the broker's coordinator and to its relay, on one connection: the
sender's, or the inbox's whose deliveries are part of it. It is never carried on over a lost connection; the broker
rolls it back then. Only while the broker's last word is awaited, the end can be in doubt.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from cimbus.errors import SendError, TransportError
from cimbus.frame import Frame
from cimbus_jms.session import Lost, Refused

from .ends import ACCEPTED, DECLARED, REJECTED, Fault, Outlet
from .handler import Line
from .native import Handle
from .outgoing import RELAY, too_large
from .values import FALSE, TRUE, binary, compound

DECLARE: Final = b"\x00\x53\x77\x00\x53\x31\x45"
"""A message whose body is the description ``declare``, without a field (4.5.1)."""
_DISCHARGE: Final = b"\x00\x53\x77\x00\x53\x32"
_NUMBERS = itertools.count(1)


class Answer:
    """What the other side said of one message."""

    def __init__(self) -> None:
        self.state: int | None = None
        self.fault: Fault | None = None
        self.data: Sequence[Any] = ()


class Answers:
    """The owner of a link that a transaction has."""

    def __init__(self) -> None:
        self._waiting: dict[Handle, Answer] = {}

    def credited(self) -> None:
        """Go on: whoever waits looks for himself."""

    def answered(self, handle: Handle, state: int, fault: Fault | None, data: Sequence[Any]) -> None:
        """Take one answer."""
        if (answer := self._waiting.pop(handle, None)) is not None:
            answer.state, answer.fault, answer.data = state, fault, data

    def expect(self, handle: Handle) -> Answer:
        """Return where the answer to a message will be."""
        answer = self._waiting[handle] = Answer()
        return answer


class Transaction:
    """One transaction on a connection.

    Args:
        write: makes a message of a frame.

    Attributes:
        identity: the broker's name for it.
        refused: why it will be rolled back, whatever else happens.
    """

    def __init__(self, line: Line, write: Callable[[Frame], bytes | SendError]) -> None:
        self.identity = b""
        self.refused: SendError | None = None
        self._write = write
        self._line = line
        self._answers = Answers()
        name = f"cimbus-transaction-{next(_NUMBERS)}"
        self._coordinator = line.engine.outlet(f"{name}-coordinator", self._answers, coordinator=True)
        self._relay = line.engine.outlet(f"{name}-{RELAY.lower()}", self._answers)

    async def begin(self) -> None:
        """Have the broker begin it.

        Raises:
            TransportError: it has no transactions, or the connection broke.
        """
        try:
            await self._line.attached(self._coordinator)
            await self._line.attached(self._relay)
            (answer,) = await self._say(self._coordinator, [DECLARE])
        except (Lost, Refused) as exc:
            raise TransportError(f"no transaction could be begun: {exc}") from exc
        if answer.state != DECLARED or not answer.data:
            raise TransportError(f"the broker begins no transaction: {answer.fault or answer.state}")
        self.identity = bytes(answer.data[0])

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send within the transaction; return when the broker has them.

        Raises:
            SendError: a frame was refused; the transaction will be rolled back.
            TransportError: the connection broke; the transaction is rolled back.
        """
        try:
            messages = [self._message(frame) for frame in frames]
            answers = await self._say(self._relay, messages, transaction=self.identity)
            _check(answers)
        except SendError as exc:
            self.refused = exc
            raise
        except Lost as exc:
            raise TransportError(f"the connection broke, the transaction is rolled back: {exc}") from exc

    def _message(self, frame: Frame) -> bytes:
        """Write a frame.

        Raises:
            SendError: it cannot be sent.
        """
        message = self._write(frame)
        error = message if isinstance(message, SendError) else too_large(message, self._relay)
        if error is not None:
            raise error
        return cast("bytes", message)

    async def end(self, *, commit: bool) -> None:
        """End it.

        Raises:
            TransportError: it was to be committed, and is not, or nobody knows.
        """
        word = _DISCHARGE + compound(0xC0, 2, binary(self.identity) + (FALSE if commit else TRUE))
        try:
            (answer,) = await self._say(self._coordinator, [word])
        except Lost as exc:
            if commit:
                raise TransportError(
                    f"the connection broke before the broker had answered to the commit: {exc}"
                ) from exc
            return
        finally:
            self._relay.close()
            self._coordinator.close()
            self._line.wake()
        if commit and answer.state != ACCEPTED:
            raise TransportError(f"the broker has rolled the transaction back: {answer.fault or 'no reason given'}")

    async def _say(
        self, outlet: Outlet, messages: Sequence[bytes], *, transaction: bytes | None = None
    ) -> list[Answer]:
        """Send messages as there is credit, and return the answers to all.

        Raises:
            Lost: the connection, or the link, is over.
        """
        answers: list[Answer] = []
        for message in messages:
            await self._until(outlet, lambda: outlet.credit > 0)
            answers.append(self._answers.expect(outlet.send(message, transaction=transaction)))
            self._line.wake()
        await self._until(outlet, lambda: all(answer.state is not None for answer in reversed(answers)))
        return answers

    async def _until(self, outlet: Outlet, true: Callable[[], bool]) -> None:
        while not true():
            if outlet.fault is not None:
                raise Lost(f"the broker ended a link of the transaction: {outlet.fault}")
            await self._line.news()


def _check(answers: Sequence[Answer]) -> None:
    """Look at what the broker said of messages, within a transactional state (4.5.8) or without.

    Raises:
        SendError: it has refused one.
    """
    for answer in answers:
        outcome = answer.data[1] if len(answer.data) > 1 else None
        if answer.state == REJECTED or getattr(outcome, "descriptor", ACCEPTED) != ACCEPTED:
            raise SendError(f"the broker refused a frame of the transaction: {answer.fault or 'it gives no reason'}")
