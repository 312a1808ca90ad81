"""``TransportContract``: one test per promise of ``cimbus.middleware.transport``, for every transport.

A plug-in's test suite subclasses it and says how a transport is made::

    class TestMine(TransportContract):
        def transport(self) -> Transport:
            return MyTransport.from_url("mine://localhost")

Every call makes a transport that is not open yet, on the same broker. Each test has topics and groups of its own, so
that the broker need not be fresh. A test whose promise is False in ``traits`` is skipped, and the refusal is tested
instead. Tests run under anyio's pytest plug-in: on every event loop that the ``anyio_backend`` fixture names.

Hooks: ``committed_transport()`` makes a transport whose consumers receive of transactions only what was committed,
where that takes an option. ``can_restart`` with ``restart_broker()``, and a ``FaultProxy`` in ``self.proxy`` that
``transport()`` goes through, open the tests of brokers and connections that fail.
"""

from __future__ import annotations

from .committing import CommittingContract
from .failing import FailingContract
from .grouping import GroupingContract
from .identifying import IdentifyingContract
from .receiving import ReceivingContract
from .sending import SendingContract
from .settling import SettlingContract


class TransportContract(
    SendingContract,
    ReceivingContract,
    SettlingContract,
    GroupingContract,
    IdentifyingContract,
    FailingContract,
    CommittingContract,
):
    """The whole contract; see the module.

    >>> from cimbus.middleware.memory import MemoryTransport
    >>> class TestMine(TransportContract):
    ...     def transport(self):
    ...         return MemoryTransport("memory://mine")
    >>> len([name for name in dir(TestMine) if name.startswith("test_")]) > 50
    True
    """
