"""The block of a transaction: on which connection it is, and what is refused before it begins."""

from __future__ import annotations

import pytest

from cimbus.errors import ClosedError, UnsupportedError, UsageError
from cimbus.middleware.net import ConnectionTransaction, TransactionalTransport

from .lines import broker
from .test_transport import LineTransport, frames

pytestmark = pytest.mark.anyio


class LineTransaction(ConnectionTransaction):
    """A transaction of lines."""

    async def begin(self):
        self._connection.write(b"BEGIN\n")

    async def _send(self, messages):
        self._connection.write(b"".join(b"TX %d\n" % message for message in messages))

    def _accept(self, items):
        self._connection.write(b"".join(f"ACK {item.mark}\n".encode() for item in items))
        return True

    async def _commit(self):
        self._connection.write(b"COMMIT\n")
        await self._connection.flush()

    async def roll_back(self):
        self._connection.write(b"ABORT\n")
        await self._connection.flush()


class TransactionalLines(LineTransport, TransactionalTransport):
    """A transport over the protocol of lines, with transactions."""

    settles = True

    def _transaction(self, connection, consumer):
        return LineTransaction(connection, self._written)

    def _check_settling(self):
        if not self.settles:
            raise UnsupportedError("no acknowledgements within a transaction")


async def test_what_is_sent_and_accepted_is_committed_on_the_consumers_connection():
    async with broker() as there:
        LineTransport.there = there
        async with TransactionalLines("lines:") as transport, transport.listen() as consumer:
            await there.until(lambda: "SUBSCRIBE" in there.lines)
            await there.say(b"MSG 1\n")
            (delivery,) = await consumer.receive()
            async with transport.transaction(consumer, [delivery]) as transaction:
                assert transaction._connection is consumer.current.connection
                await transaction.send(frames(b"7"))
            await there.until(lambda: "COMMIT" in there.lines)
    assert there.lines[there.lines.index("BEGIN") :][:4] == ["BEGIN", "TX 7", "ACK MSG 1", "COMMIT"]


async def test_a_block_that_raises_is_rolled_back_on_the_senders_connection():
    async with broker() as there:
        LineTransport.there = there
        async with TransactionalLines("lines:") as transport:
            with pytest.raises(LookupError):
                async with transport.transaction():
                    raise LookupError
            await there.until(lambda: "ABORT" in there.lines)
    assert "COMMIT" not in there.lines


async def test_deliveries_need_their_consumer_and_a_broker_that_settles_within_transactions(monkeypatch):
    async with broker() as there:
        LineTransport.there = there
        async with TransactionalLines("lines:") as transport, transport.listen() as consumer:
            await there.until(lambda: "SUBSCRIBE" in there.lines)
            await there.say(b"MSG 1\n")
            deliveries = await consumer.receive()
            with pytest.raises(UsageError, match="name the consumer"):
                await transport.transaction(None, deliveries).__aenter__()
            async with TransactionalLines("lines:") as other:
                with pytest.raises(ClosedError, match="not open on this transport"):
                    await other.transaction(consumer, deliveries).__aenter__()
            monkeypatch.setattr(TransactionalLines, "settles", False)
            with pytest.raises(UnsupportedError):
                await transport.transaction(consumer, deliveries).__aenter__()
        with pytest.raises(ClosedError):
            await transport.transaction().__aenter__()
    assert "BEGIN" not in there.lines
