"""A handler that does not return is reported."""

from __future__ import annotations

import re

import anyio
import pytest

from cimbus import Component, Message
from cimbus.application import slow_handlers
from cimbus.application.context import HandlerContext, no_message
from cimbus.application.slow_handlers import SlowHandlers
from cimbus.nouns import EndDeviceEvents

from .support import LIMIT, event, running, until

pytestmark = pytest.mark.anyio


async def test_a_message_that_is_handled_for_long_is_reported_and_a_quick_one_is_not(caplog):
    handlers = SlowHandlers("OMS.events", slow=0.02)
    handlers.begin(Message.of(event(), message_id="stuck"), HandlerContext(no_message()))
    quick = HandlerContext(no_message())
    handlers.begin(Message.of(event(), message_id="quick"), quick)
    handlers.end(quick)

    with anyio.fail_after(LIMIT):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(handlers.run)
            await until(lambda: "has not returned" in caplog.text)
            tasks.cancel_scope.cancel()

    assert re.search(r"OMS\.events: the handler has not returned for \d+ s: stuck", caplog.text)
    assert "quick" not in caplog.text
    assert handlers.slow == 1


async def test_a_component_reports_a_handler_that_hangs(caplog, monkeypatch):
    monkeypatch.setattr(SlowHandlers.__init__, "__defaults__", (0.02,))
    app = Component("APP", grace=0.01)

    @app.on(EndDeviceEvents)
    async def hang(message):
        await anyio.sleep_forever()

    async with running(app) as bus:
        await bus.publish(event(), message_id="m-1")
        with anyio.fail_after(LIMIT):
            await until(lambda: "has not returned" in caplog.text)

    assert slow_handlers.SLOW == 60
    assert re.search(r"APP\.EndDeviceEvents: the handler has not returned for \d+ s: m-1", caplog.text)
