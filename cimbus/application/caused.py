"""What a message causes: messages with its CorrelationID, in the transaction of its handler where there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any, cast

from cimbus.interface.element import XmlElement
from cimbus.interface.message import Message
from cimbus.interface.model import Cim

from .publisher import Publisher
from .unit_of_work import UnitOfWork


def correlated(payload: Any, cause: Message[Any] | None, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with the CorrelationID of the cause, where neither they nor the message have one.

    >>> from cimbus.nouns import MeterReadings
    >>> request = Message.of(None, verb="create", noun="MeterReadings", message_id="m-1")
    >>> correlated(MeterReadings(), request, {})
    {'correlation_id': 'm-1'}
    """
    given: Message[Any] | None = payload if isinstance(payload, Message) else None  # pyright: ignore[reportUnknownVariableType]
    if cause is None or "correlation_id" in options or (given is not None and given.header.correlation_id is not None):
        return options
    return {**options, "correlation_id": cause.header.correlation_id or cause.header.message_id}


async def publish_caused(
    publisher: Publisher, work: UnitOfWork | None, payload: Any, options: dict[str, Any]
) -> Message[Any]:
    """Publish with a unit of work if that writes into this publisher's outbox, else at once.

    Raises:
        EncodeError: the message cannot be written.
        SendError: the middleware refused it.
    """
    if work is not None and work.publisher is publisher:
        return work.publish(payload, **options)
    return await publisher.publish(payload, **options)


async def publish_returned(
    result: Any, publisher: Publisher, work: UnitOfWork | None, cause: Message[Any] | None
) -> None:
    """Publish what a handler returned, alone or in a list, or each thing that it yields.

    Raises:
        TypeError: that is nothing that can be published.
        CimbusError: a message cannot be written or sent.
    """

    async def publish(payload: Any) -> None:
        if not isinstance(payload, Cim | XmlElement | Message):
            raise TypeError(
                f"the handler returned {payload!r}; it returns None, or what is to be published: a noun, a Message, or "
                "a list of them"
            )
        await publish_caused(publisher, work, payload, correlated(payload, cause, {}))

    if isinstance(result, AsyncIterator):
        async with aclosing(cast("Any", result)) as results:
            async for each in results:
                await publish(each)
        return
    several = cast("Sequence[Any]", result) if isinstance(result, list | tuple) else (result,)
    for each in several:
        await publish(each)
