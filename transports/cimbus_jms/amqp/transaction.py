"""Frames that are sent all or none, and deliveries that are accepted with them (AMQP 1.0, part 4).

A transaction has two links of its own, to the broker's coordinator and to its relay. If the connection is lost before
the discharge was written, the broker rolls back.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec

from cimbus.errors import SendError, TransportError
from cimbus.middleware.frame import Frame
from cimbus.middleware.net import ConnectionLostError, ConnectionTransaction, Item, RefusedError, too_large

from .connection import AmqpConnection
from .consumer import AmqpConsumer
from .links import ACCEPTED, DECLARED, REJECTED, ErrorCondition, SenderLink
from .proton_names import Handle
from .sender import ANONYMOUS_RELAY
from .settlements import UnsettledMessage
from .values import FALSE, TRUE, binary, compound

DECLARE: Final = b"\x00\x53\x77\x00\x53\x31\x45"
"""A message whose body is the description ``declare``, without a field (4.5.1)."""
DISCHARGE: Final = b"\x00\x53\x77\x00\x53\x32"
"""The beginning of one whose body is ``discharge`` (4.5.2)."""
_numbers = itertools.count(1)


class CoordinatorOutcome(msgspec.Struct, eq=False):
    """What the broker answered to one message; nothing yet while ``state`` is None."""

    state: int | None = None
    fault: ErrorCondition | None = None
    data: Sequence[Any] = ()  # Any: AMQP values


class AmqpTransaction(ConnectionTransaction[bytes, UnsettledMessage, AmqpConnection]):
    """A transaction on one connection, and the owner of its links.

    Args:
        connection: the sender's, or that of the consumer whose deliveries are accepted.
        write: makes a message of a frame, or says why that cannot be done.
        consumer: whose deliveries are accepted, if there are any.

    Attributes:
        identity: the broker's name for the transaction; empty before it has begun.
    """

    def __init__(
        self,
        connection: AmqpConnection,
        write: Callable[[Frame], bytes | SendError],
        consumer: AmqpConsumer | None,
    ) -> None:
        super().__init__(connection, write)
        self.identity = b""
        self._consumer = consumer
        self._awaited: dict[Handle, CoordinatorOutcome] = {}
        name = f"cimbus-transaction-{next(_numbers)}"
        self._coordinator = connection.engine.sender_link(f"{name}-coordinator", self, coordinator=True)
        self._relay = connection.engine.sender_link(f"{name}-{ANONYMOUS_RELAY.lower()}", self)

    def credited(self) -> None:
        """Do nothing: ``_ask`` looks at the credit whenever something comes."""

    def answered(self, handle: Handle, state: int, fault: ErrorCondition | None, data: Sequence[Any]) -> None:
        """Take one answer."""
        if (answer := self._awaited.pop(handle, None)) is not None:
            answer.state, answer.fault, answer.data = state, fault, data

    async def begin(self) -> None:
        """Have the broker begin the transaction.

        Raises:
            TransportError: it has no transactions, or the connection was lost.
        """
        try:
            await self._connection.attached(self._coordinator)
            await self._connection.attached(self._relay)
            (answer,) = await self._ask(self._coordinator, [DECLARE])
        except (ConnectionLostError, RefusedError) as exc:
            raise TransportError(f"no transaction could be begun: {exc}") from exc
        if answer.state != DECLARED or not answer.data:
            raise TransportError(f"the broker begins no transaction: {answer.fault or answer.state}")
        self.identity = bytes(answer.data[0])

    async def _send(self, messages: Sequence[bytes]) -> None:
        for message in messages:
            if (error := too_large("a message", len(message), self._relay.max_message)) is not None:
                raise error
        _check(await self._ask(self._relay, messages, transaction=self.identity))

    def _accept(self, items: Sequence[Item[UnsettledMessage]]) -> bool:
        return self._consumer is None or self._consumer.accept_within(items, self.identity)

    async def _commit(self) -> None:
        answer = await self._discharge(fail=False)
        if answer.state != ACCEPTED:
            raise TransportError(f"the broker has rolled the transaction back: {answer.fault or 'no reason given'}")

    async def roll_back(self) -> None:
        """Roll the transaction back; a lost connection does that, too."""
        if self.identity:
            with suppress(ConnectionLostError):
                await self._discharge(fail=True)

    async def _discharge(self, *, fail: bool) -> CoordinatorOutcome:
        fields = binary(self.identity) + (TRUE if fail else FALSE)
        try:
            (answer,) = await self._ask(self._coordinator, [DISCHARGE + compound(0xC0, 2, fields)])
        finally:
            self._relay.close()
            self._coordinator.close()
            self._connection.wake()
        return answer

    async def _ask(
        self, link: SenderLink, messages: Sequence[bytes], *, transaction: bytes | None = None
    ) -> list[CoordinatorOutcome]:
        """Send messages as there is credit, and return the answers to all.

        Raises:
            ConnectionLostError: the connection, or the link, is over.
        """
        answers: list[CoordinatorOutcome] = []
        for message in messages:
            await self._until(link, lambda: link.credit > 0)
            answer = self._awaited[link.send(message, transaction=transaction)] = CoordinatorOutcome()
            answers.append(answer)
            self._connection.wake()
        await self._until(link, lambda: all(answer.state is not None for answer in reversed(answers)))
        return answers

    async def _until(self, link: SenderLink, true: Callable[[], bool]) -> None:
        while not true():
            if link.fault is not None:
                raise ConnectionLostError(f"the broker ended a link of the transaction: {link.fault}")
            await self._connection.news()


def _check(answers: Sequence[CoordinatorOutcome]) -> None:
    """Look at the outcomes of messages, within a transactional state (4.5.8) or without.

    Raises:
        SendError: the broker refused one.
    """
    for answer in answers:
        outcome = answer.data[1] if len(answer.data) > 1 else None
        if answer.state == REJECTED or getattr(outcome, "descriptor", ACCEPTED) != ACCEPTED:
            raise SendError(f"the broker refused a frame of the transaction: {answer.fault or 'it gives no reason'}")
