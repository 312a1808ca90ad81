"""The transport, as far as the contract does not cover it."""

from __future__ import annotations

import pytest

from cimbus.errors import ClosedError, SendError, UsageError
from cimbus.middleware.transport import Transactional
from cimbus_kafka import KafkaTransport

from . import support


@pytest.mark.anyio
@pytest.mark.broker
async def test_an_address_that_is_none_refuses_its_frame_alone(kafka):
    where = support.context()
    good = support.frame(where, b"x")
    bad = [type(good)(topic=good.topic, body=b"", address=address) for address in ("queue:a", "topic:a/b")]
    async with support.transport(kafka) as transport:
        one, two, three = await transport.send([bad[0], good, bad[1]])
    assert isinstance(one, SendError)
    assert two is None
    assert isinstance(three, SendError)


@pytest.mark.anyio
@pytest.mark.broker
async def test_deliveries_without_their_consumer_are_refused_in_a_transaction(kafka):
    where = support.context()
    async with (
        support.transport(kafka) as transport,
        transport.listen(support.spec(where, "one")) as one,
        transport.listen(support.spec(where, "two")) as two,
    ):
        await support.sent(transport, support.frames(where, 1))
        deliveries = await one.receive()
        with pytest.raises(UsageError, match="consumer"):
            transport.transaction(None, deliveries)
        with pytest.raises(UsageError, match="consumer"):
            transport.transaction(two, deliveries)


def test_it_promises_transactions_and_keeps_no_password_in_its_text():
    transport = KafkaTransport.from_url("kafka://ana:s3cr3t@localhost")

    assert isinstance(transport, Transactional)
    assert transport.traits.transactions
    assert transport.traits.transactional_settlement
    assert repr(transport) == "KafkaTransport(kafka://localhost:9092)"


def test_the_largest_body_follows_from_the_largest_message():
    small, large = (KafkaTransport.from_url(f"kafka://?max_message={size}") for size in (100_000, 200_000))

    assert large.traits.max_body - small.traits.max_body == 100_000


def test_a_transport_that_is_not_open_begins_no_transaction():
    with pytest.raises(ClosedError):
        KafkaTransport.from_url("kafka://").transaction()
