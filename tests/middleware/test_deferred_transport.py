"""A transport that is opened before its middleware is there."""

from __future__ import annotations

import anyio
import pytest

from cimbus import ConnectError, Frame, Pattern, SubscriptionSpec, Topic
from cimbus.errors import ClosedError
from cimbus.middleware import deferred_transport
from cimbus.middleware.deferred_transport import DeferredTransport, deferred
from cimbus.middleware.discovery import open_transport
from cimbus.middleware.memory import MemoryTransport
from cimbus.middleware.transport import Transactional

pytestmark = pytest.mark.anyio

FRAME = Frame(topic=Topic("production", "events", "EndDeviceEvents", "created", "UP-1"), body=b"1")
SPEC = SubscriptionSpec(patterns=(Pattern(),))


class Late(MemoryTransport):
    """A bus in memory that cannot be reached at first."""

    def __init__(self, failures: int, name: str) -> None:
        super().__init__(name)
        self.failures = failures
        self.left = False

    async def __aenter__(self):
        if self.failures:
            self.failures -= 1
            raise ConnectError("there is no link")
        return await super().__aenter__()

    async def __aexit__(self, *exc_info):
        await super().__aexit__(*exc_info)
        self.left = True


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(deferred_transport.Backoff, "pause", lambda self: 0.01)


async def test_it_opens_at_once_and_works_when_the_middleware_is_there(caplog):
    late = Late(3, "late-works")
    with anyio.fail_after(60):
        async with deferred(late) as transport:
            assert not transport.ready
            async with transport.listen(SPEC) as consumer:
                assert transport.ready
                assert await transport.send([FRAME]) == [None]
                (delivery,) = await consumer.receive()
                delivery.accept()
            async with transport.transaction() as transaction:
                await transaction.send([FRAME])
    assert delivery.value == FRAME
    assert late.left
    assert caplog.text.count("there is no link") == 1


async def test_it_closes_at_once_where_the_middleware_never_comes():
    late = Late(1_000_000, "late-never")
    with anyio.fail_after(60):
        async with DeferredTransport(late) as transport:
            with anyio.move_on_after(0.05) as scope:
                await transport.send([FRAME])
    assert scope.cancelled_caught
    assert not late.left


async def test_who_is_cancelled_still_finds_it_open_while_ending():
    """The other transport is closed when the block is left, not when it is cancelled."""
    late = Late(0, "late-cancelled")
    outcomes = []

    async def use(transport, *, task_status):
        async with transport.listen(SPEC) as consumer:
            task_status.started()
            try:
                await consumer.receive()
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.wait_all_tasks_blocked()  # whatever else is cancelled has ended now
                    outcomes.extend(await transport.send([FRAME]))
                    outcomes.append(len(await consumer.receive()))

    with anyio.fail_after(60), anyio.CancelScope() as scope:
        async with DeferredTransport(late) as transport, anyio.create_task_group() as tasks:
            await tasks.start(use, transport)
            scope.cancel()
    assert outcomes == [None, 1]
    assert late.left


async def test_it_is_open_once_and_refuses_when_it_is_not():
    transport = deferred(Late(0, "late-once"))
    with pytest.raises(ClosedError):
        await transport.send([FRAME])
    async with transport:
        with pytest.raises(ConnectError, match="open already"):
            await transport.__aenter__()
    async with transport:  # and again
        assert await transport.send([FRAME]) == [None]


async def test_it_has_transactions_where_the_other_has(tmp_path):
    assert isinstance(deferred(open_transport("memory:")), Transactional)
    assert not isinstance(deferred(open_transport("mqtt://127.0.0.1")), Transactional)


async def test_a_failure_while_it_is_open_is_raised():
    class Failing(Late):
        async def __aexit__(self, *exc_info):
            await super().__aexit__(*exc_info)
            raise ConnectError("while it was left")

    with pytest.raises(ConnectError, match="while it was left"):
        async with deferred(Failing(0, "late-fails")) as transport:
            await transport.send([FRAME])


async def test_it_can_be_closed_while_it_is_cancelled():
    with anyio.move_on_after(0.05) as scope:
        async with deferred(Late(0, "late-cancelled")) as transport:
            await transport.send([FRAME])
            await anyio.sleep_forever()
    assert scope.cancelled_caught
    assert not transport.ready
