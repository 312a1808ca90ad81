"""A transport whose broker has transactions: the block of one, whatever protocol is spoken."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

from cimbus.errors import ClosedError, UsageError
from cimbus.middleware.delivery import Delivery
from cimbus.middleware.frame import Frame
from cimbus.middleware.transport import Consumer

from .broker_transport import OptionsT
from .connected_consumer import ConnectedConsumer
from .transaction import ConnectionTransaction, transacted
from .transport import ConnectedTransport, MessageT, SessionT

HolderT = TypeVar("HolderT", bound=ConnectedConsumer[Any, Any])  # Any: of any protocol's marks and connections
TransactionT = TypeVar("TransactionT", bound=ConnectionTransaction[Any, Any, Any])


class TransactionalTransport(
    ConnectedTransport[HolderT, SessionT, MessageT, OptionsT],
    Generic[HolderT, SessionT, MessageT, OptionsT, TransactionT],
):
    """A transport with transactions; the type parameters are a ``ConnectedTransport``'s, and the transaction's.

    Args:
        url: ``scheme://user:password@host:port/?option=value``.
        tls: a context of one's own instead of the options ca, cert and key.

    Raises:
        UsageError: the URL has an unknown option or an impossible value; the message lists the options.

    >>> from cimbus.middleware.naming import AddressSyntax, Naming
    >>> from cimbus.middleware.net import BrokerOptions
    >>> syntax = AddressSyntax(separator="/", escape="%", legal="[A-Za-z0-9]", limit=100)
    >>> class MyTransport(TransactionalTransport):
    ...     ports = {"mine": 1234, "mines": 1235}
    ...     options_type = BrokerOptions
    ...     broker = "MyBroker"
    ...     default_naming = Naming("{context}/{kind}/{noun}/{verb}/{key}", syntax)
    ...     def _transaction(self, connection, consumer): ...  # a ConnectionTransaction; the rest as usual
    >>> MyTransport.from_url("mine://localhost")
    MyTransport(mine://localhost:1234)
    """

    # -- what a protocol adds -----------------------------------------------------------------------------------------

    def _transaction(self, connection: Any, consumer: HolderT | None) -> TransactionT:
        """Make a transaction on a connection: the sender's, or that of the consumer whose deliveries are accepted."""
        raise NotImplementedError

    def _check_settling(self) -> None:
        """Make sure that deliveries can be accepted within a transaction.

        Raises:
            UnsupportedError: the broker has no acknowledgements within a transaction.
        """

    # -- what a bus sees ----------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def transaction(
        self, consumer: Consumer | None = None, deliveries: Sequence[Delivery[Frame]] = ()
    ) -> AsyncGenerator[TransactionT]:
        """Return the block of a transaction: it is committed at the end, and rolled back when the block raises.

        It waits for a connection, and is bound to that one. After a rollback, ``deliveries`` are still unsettled.

        Raises:
            UnsupportedError: there are deliveries, and the broker has no acknowledgements within a transaction.
            UsageError: a delivery is settled, came from another consumer, or is part of a transaction already.
            ClosedError: the transport or the consumer is not open.
            SendError: a frame was refused; nothing happened.
            TransportError: the broker does not begin or commit it, or the connection was lost (the message says
                whether the outcome is known).
        """
        sender = self._open_sender()
        if deliveries:
            self._check_settling()
        mine = self._own(consumer, deliveries)
        async with transacted(lambda found: self._transaction(found, mine), sender, mine, deliveries) as block:
            yield block

    def _own(self, consumer: Consumer | None, deliveries: Sequence[Delivery[Frame]]) -> HolderT | None:
        """Return the consumer of a transaction.

        Raises:
            UsageError: there are deliveries, but no consumer.
            ClosedError: the consumer is not open on this transport.
        """
        if consumer is None:
            if deliveries:
                raise UsageError("name the consumer that the deliveries came from: transaction(consumer, deliveries)")
            return None
        for mine in self._listening:
            if mine is consumer:
                return mine
        raise ClosedError("the consumer is not open on this transport")
