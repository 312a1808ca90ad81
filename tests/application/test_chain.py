"""Interceptors around a handler."""

from __future__ import annotations

import pytest

from cimbus import Message
from cimbus.application.chain import compose

from .support import event

pytestmark = pytest.mark.anyio


async def test_the_first_interceptor_is_the_outermost():
    steps = []

    def interceptor(name):
        async def call(message, context, call_next):
            steps.append(f"{name} before")
            result = await call_next(message, context)
            steps.append(f"{name} after")
            return f"{name}({result})"

        return call

    async def handler(message, context):
        steps.append("handler")
        return message.header.noun

    chain = compose([interceptor("outer"), interceptor("inner")], handler)

    assert await chain(Message.of(event()), None) == "outer(inner(EndDeviceEvents))"
    assert steps == ["outer before", "inner before", "handler", "inner after", "outer after"]


async def test_a_chain_without_interceptors_is_the_handler():
    async def handler(message, context):
        return context

    assert await compose([], handler)(Message.of(event()), "context") == "context"
