"""``TransportContract``: one test per promise of ``cimbus.transport``, for every transport there is or will be.

A plug-in's test suite subclasses it and says how a transport is made::

    class TestMine(TransportContract):
        def transport(self) -> Transport:
            return MyTransport.from_url("mine://localhost")

Every call makes a transport that is not open yet, on the same broker. Each test has topics and groups of its own, so
that the broker need not be fresh. A test whose promise is False in ``traits`` is skipped, and the refusal is tested
instead. Tests run under anyio's pytest plug-in: on every event loop that the ``anyio_backend`` fixture names.

``can_restart`` with ``restart_broker()``, and a ``FaultProxy`` in ``self.proxy`` that ``transport()`` goes through,
open the tests of brokers and connections that fail.
"""

from __future__ import annotations

from .failing import Failing
from .grouping import Grouping
from .receiving import Receiving
from .sending import Sending
from .settling import Settling


class TransportContract(Sending, Receiving, Settling, Grouping, Failing):
    """The whole contract; see the module."""
