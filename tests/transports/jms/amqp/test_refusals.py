"""Which error conditions of an AMQP broker are final, and what is done about them."""

from __future__ import annotations

import anyio
import pytest

from cimbus_jms.amqp.connection import CONDITIONS

from .support import context, spec, transport

FINAL = {
    *("amqp:unauthorized-access", "amqp:not-allowed", "amqp:not-implemented", "amqp:invalid-field", "amqp:not-found"),
    *("amqp:illegal-state", "amqp:precondition-failed", "amqp:connection:redirect", "amqp:link:redirect"),
}
PASSING = {
    *("amqp:internal-error", "amqp:decode-error", "amqp:resource-limit-exceeded", "amqp:resource-locked"),
    *("amqp:resource-deleted", "amqp:frame-size-too-small", "amqp:connection:forced", "amqp:connection:framing-error"),
    *("amqp:session:window-violation", "amqp:session:errant-link", "amqp:session:handle-in-use"),
    *("amqp:session:unattached-handle", "amqp:link:detach-forced", "amqp:link:transfer-limit-exceeded"),
    *("amqp:link:message-size-exceeded", "amqp:link:stolen"),
}


def test_every_condition_of_the_standard_is_sorted():
    """AMQP 1.0, 2.8.15 to 2.8.18."""
    assert {condition for condition in FINAL | PASSING if CONDITIONS.final(condition)} == FINAL
    assert CONDITIONS.rows.keys() <= FINAL | PASSING


@pytest.mark.anyio
@pytest.mark.broker
async def test_a_group_that_is_full_is_joined_when_there_is_room(new_artemis):
    """Artemis: amqp:internal-error, which passes."""
    artemis, wanted = new_artemis(settings={"default-max-consumers": 1}), spec(context(), "full", durable=True)
    joined = anyio.Event()
    async with transport(artemis) as first, transport(artemis) as second, anyio.create_task_group() as tasks:

        async def join() -> None:
            async with second.listen(wanted):
                joined.set()

        async with first.listen(wanted):
            tasks.start_soon(join)
            while sum(session._backoff.failures for session in second._listening.values()) < 2:  # noqa: ASYNC110
                await anyio.sleep(0.02)
            assert not joined.is_set()
        with anyio.fail_after(60):
            await joined.wait()
